using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using RemoteLlm.Broker.Portal.Frame;
using RemoteLlm.Broker.Portal.Signin;
using RemoteLlm.Hosting.Edge.Keys;

namespace RemoteLlm.Broker.Portal.Security;

/// <summary>How often what is costly or guessable may be done. An endpoint asks for one by <c>RequireRateLimiting(PortalLimits.Login)</c>.</summary>
internal static class PortalLimits
{
    /// <summary>Logins that are begun, by address: a team behind one address logs in on a Monday morning.</summary>
    public const string Login = "portal-login";

    /// <summary>Keys that are made or rotated, by user.</summary>
    public const string KeyMaking = "portal-keys";

    private const int Logins = 60;
    private const int Keys = 20;

    /// <summary>Adds them.</summary>
    public static void AddPortalLimits(this IServiceCollection services) => services.AddRateLimiter(limits =>
    {
        limits.AddPolicy(Login, LoginOf);
        limits.AddPolicy(KeyMaking, context => Bucket("keys", Viewer.Of(context)?.User.Name ?? AddressOf(context), Keys));
        limits.OnRejected = static (rejected, _) => new ValueTask(RefuseAsync(rejected.HttpContext, rejected.Lease));
    });

    /// <summary>Whose login a request counts as.</summary>
    public static RateLimitPartition<string> LoginOf(HttpContext context) => Bucket("login", AddressOf(context), Logins);

    // So many at once, and as many a minute in the long run.
    private static RateLimitPartition<string> Bucket(string what, string whose, int perMinute) => RateLimitPartition.GetTokenBucketLimiter($"{what} {whose}", _ => new TokenBucketRateLimiterOptions
    {
        TokenLimit = perMinute,
        TokensPerPeriod = 1,
        ReplenishmentPeriod = TimeSpan.FromMinutes(1) / perMinute,
        QueueLimit = 0,
    });

    /// <summary>The page for one who is above a limit.</summary>
    public static Task RefuseAsync(HttpContext context, RateLimitLease lease)
    {
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromMinutes(1);
        context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return PortalPage.Of<MessagePage, Message>(context, Message.TooOften, StatusCodes.Status429TooManyRequests).ExecuteAsync(context);
    }

    private static string AddressOf(HttpContext context) => SubscriberAddress.Of(context.Connection.RemoteIpAddress ?? IPAddress.None).ToString();
}
