using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Connectors;
using RemoteLlm.Broker.Portal.Frame;
using RemoteLlm.Broker.Portal.Keys;
using RemoteLlm.Broker.Portal.Signin;
using RemoteLlm.Broker.Routing;
using RemoteLlm.Broker.Usage.History;
using RemoteLlm.Broker.Usage.Spending;

namespace RemoteLlm.Broker.Portal.Home;

/// <summary>The first page after the login.</summary>
internal static class HomeEndpoints
{
    private const int ShownModels = 12;

    public static void MapHome(this IEndpointRouteBuilder users) => users.MapGet("/", Show);

    private static IResult Show(HttpContext context, PortalSite site, UsageTotals totals, KeyHistory history, ModelRouter router, SessionRegistry sessions, TimeProvider time)
    {
        var (user, now) = (Viewer.Of(context)!.User, time.GetUtcNow());
        var spent = totals.Of(user.Name, DateOnly.FromDateTime(now.UtcDateTime));
        var models = router.Visible(user.Models).Select(model => model.Id).ToList();
        return PortalPage.Of<HomePage, HomeModel>(context, new HomeModel(
            site.BaseUrlOf(context.Request),
            KeysOf(user, history, now),
            BudgetLines.Of(user, spent),
            Amounts.Short(spent.TokensToday),
            Rates(user),
            [.. models.Take(ShownModels)],
            Math.Max(0, models.Count - ShownModels),
            sessions.Routable().Sum(session => session.OpenStreams),
            sessions.Routable().Sum(session => session.Status?.Servers.Sum(server => server.Waiting) ?? 0)));
    }

    private static HomeKeys KeysOf(UserRecord user, KeyHistory history, DateTimeOffset now)
    {
        var keys = user.Keys.Select(key => KeyRow.Of(key, history, now)).ToList();
        var ending = keys.Where(key => key.Standing == KeyStanding.Admitted && key.EndsSoon).MinBy(key => key.ExpiresAt);
        return new HomeKeys(keys.Count(key => key.Standing == KeyStanding.Admitted), history.LastUsed(user), ending?.Name, ending?.ExpiresAt);
    }

    private static List<(string What, string Amount)> Rates(UserRecord user)
    {
        var rates = new List<(string, string)>();
        Add("Requests a minute", user.Limits.RequestsPerMinute);
        if (!user.Limits.IsUnlimited)
            Add("At once after a rest", user.Limits.Burst);
        Add("Running at once", user.Limits.ConcurrentRequests);
        Add("Tokens a minute", user.Limits.TokensPerMinute);
        return rates;

        void Add(string what, double amount)
        {
            if (amount > 0)
                rates.Add((what, Amounts.Short(amount)));
        }
    }
}
