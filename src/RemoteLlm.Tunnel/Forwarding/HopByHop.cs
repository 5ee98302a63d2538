using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace RemoteLlm.Tunnel.Forwarding;

/// <summary>Headers that belong to one connection and are never forwarded. Source: RFC 9110, section 7.6.1.</summary>
public static class HopByHop
{
    private static readonly FrozenSet<string> Names = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        HeaderNames.Connection, HeaderNames.KeepAlive, HeaderNames.ProxyConnection, HeaderNames.TE, HeaderNames.Trailer, HeaderNames.TransferEncoding,
        HeaderNames.Upgrade, HeaderNames.ProxyAuthenticate, HeaderNames.ProxyAuthorization, HeaderNames.Host, HeaderNames.Expect, "HTTP2-Settings", "Alt-Svc");

    /// <summary>True when <paramref name="name"/> is never forwarded.</summary>
    public static bool Contains(string name) => name.StartsWith(':') || Names.Contains(name);

    /// <summary>True when <paramref name="name"/> is listed in the request's Connection header, and so belongs to that connection alone.</summary>
    public static bool NamedByConnection(IHeaderDictionary headers, string name)
    {
        return Lists(headers.Connection, name);
    }

    /// <summary>True when the values of a Connection header list <paramref name="name"/>.</summary>
    internal static bool Lists(StringValues connection, string name)
    {
        foreach (var value in connection)
        {
            foreach (var option in (value ?? "").AsSpan().Split(','))
            {
                if (value.AsSpan()[option].Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
                    return true;
            }
        }

        return false;
    }
}
