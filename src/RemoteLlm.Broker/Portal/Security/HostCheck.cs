using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using RemoteLlm.Broker.Portal.Frame;

namespace RemoteLlm.Broker.Portal.Security;

/// <summary>
/// Serves the portal under its own address and on loopback only. A page under another name would have cookies there that nobody expects, and a name that somebody points at this machine's
/// loopback (DNS rebinding) would let a page of his read ours.
/// </summary>
internal sealed partial class HostCheck(PortalOptions options, PortalSite site, ILogger<HostCheck> logger) : IMiddleware
{
    // Says of a browser from which path it was sent to the public address. Who comes back to it was there: browsers give a cookie to no other host than the one that they see.
    private const string Sent = "remotellm-sent";
    private const int MostOfPath = 200;

    private static readonly HostString s_self = new("localhost");
    private static readonly TimeSpan s_sentFor = TimeSpan.FromSeconds(20);

    private bool _hasWarned;

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        if ((IsLoopback(request.Host.Host) && IsAddress(request)) || (options.PublicUrl is not null && site.IsAt(request)))
        {
            // What is in front may speak plain HTTP with us at another port, and not say how it is spoken to; the setting says. Addresses that the framework makes are made of this, and
            // where cookies are bound to TLS it refuses, by an exception, to make or check a form's token without.
            if (options.PublicUrl is { } url)
                (request.Scheme, request.Host) = (url.Scheme, site.IsAt(request) ? new HostString(url.Authority) : request.Host);
            return next(context);
        }

        var reads = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        if (options.PublicUrl is not null && reads)
        {
            var path = request.Path.Value is { Length: > MostOfPath } longer ? longer[..MostOfPath] : request.Path.Value ?? "";
            if (request.Cookies[Sent] != path)
            {
                context.Response.Cookies.Append(Sent, path, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, MaxAge = s_sentFor });
                context.Response.Redirect(site.UrlOf(request) + request.Path + request.QueryString);
                return Task.CompletedTask;
            }

            if (!Interlocked.Exchange(ref _hasWarned, true))
                HostNotPassed(logger);
        }

        // Pages are made with the address of the request, and fail where it is none: HTTP/1.0 needs no host, and its port may be any number.
        request.Host = s_self;
        var message = options.PublicUrl is null ? Message.NoPublicUrl : reads ? Message.HostNotPassed(site.UrlOf(request)) : Message.OtherHost;
        return PortalPage.Of<MessagePage, Message>(context, message, StatusCodes.Status421MisdirectedRequest).ExecuteAsync(context);
    }

    [LoggerMessage(1, LogLevel.Warning, "Somebody who was sent to the address in --public-url came back under another host: the proxy in front must pass the Host header unchanged")]
    private static partial void HostNotPassed(ILogger logger);

    // A port beyond 65535 goes through everything before this.
    private static bool IsAddress(HttpRequest request) => Uri.TryCreate($"{request.Scheme}://{request.Host.Value}", UriKind.Absolute, out _);

    /// <summary>Whether a host is this machine, by its name or address.</summary>
    public static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
