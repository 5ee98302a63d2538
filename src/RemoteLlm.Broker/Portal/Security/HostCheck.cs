using System.Net;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Broker.Portal.Frame;

namespace RemoteLlm.Broker.Portal.Security;

/// <summary>
/// Serves the portal under its own address and on loopback only. A page under another name would have cookies there that nobody expects, and a name that somebody points at this machine's
/// loopback (DNS rebinding) would let a page of his read ours.
/// </summary>
internal sealed class HostCheck(PortalOptions options, PortalSite site) : IMiddleware
{
    private static readonly HostString s_self = new("localhost");

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

        if (options.PublicUrl is not null && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)))
        {
            context.Response.Redirect(site.UrlOf(request) + request.Path + request.QueryString);
            return Task.CompletedTask;
        }

        // Pages are made with the address of the request, and fail where it is none: HTTP/1.0 needs no host, and its port may be any number.
        request.Host = s_self;
        return PortalPage.Of<MessagePage, Message>(context, options.PublicUrl is null ? Message.NoPublicUrl : Message.OtherHost, StatusCodes.Status421MisdirectedRequest).ExecuteAsync(context);
    }

    // A port beyond 65535 goes through everything before this.
    private static bool IsAddress(HttpRequest request) => Uri.TryCreate($"{request.Scheme}://{request.Host.Value}", UriKind.Absolute, out _);

    /// <summary>Whether a host is this machine, by its name or address.</summary>
    public static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
