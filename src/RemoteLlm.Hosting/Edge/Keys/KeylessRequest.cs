using System.Net;
using Microsoft.AspNetCore.Http;

namespace RemoteLlm.Hosting.Edge.Keys;

/// <summary>
/// Where keys are not checked, a web page that somebody's browser shows must not get in: neither under a name that it made point here (DNS rebinding)
/// nor from its own origin. A browser tells both, in <c>Host</c> and <c>Origin</c>.
/// </summary>
public static class KeylessRequest
{
    /// <summary>True for what a program on this machine sent, or a page that is of this machine itself.</summary>
    public static bool IsOfThisMachine(HttpRequest request) => IsOf(request, IsThisMachine);

    /// <summary>The same of whatever hosts are local here.</summary>
    /// <param name="request">The request.</param>
    /// <param name="isLocal">Whether a name or number is of a host to which an attacker's page cannot belong.</param>
    public static bool IsOf(HttpRequest request, Func<string, bool> isLocal) =>
        isLocal(request.Host.Host) && (!request.Headers.TryGetValue("Origin", out var origin) || (Uri.TryCreate(origin.ToString(), UriKind.Absolute, out var uri) && isLocal(uri.Host)));

    private static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
