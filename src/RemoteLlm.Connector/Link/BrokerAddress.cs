using System.Net;

namespace RemoteLlm.Connector.Link;

/// <summary>Where the broker is: one base address, from which the control hub's and the channels' addresses follow.</summary>
public sealed record BrokerAddress
{
    private BrokerAddress(Uri baseUri) => Base = baseUri;

    /// <summary>Scheme <c>http</c> or <c>https</c>, path with a trailing slash.</summary>
    public Uri Base { get; }

    /// <summary>True when the line is encrypted.</summary>
    public bool IsSecure => Base.Scheme == Uri.UriSchemeHttps;

    /// <summary>True when the broker is on this machine: <c>localhost</c> or a loopback address.</summary>
    public bool IsThisMachine => IsLoopback(Base);

    /// <summary>Reads an address as a person types it: <c>http</c>, <c>https</c>, <c>ws</c> or <c>wss</c>.</summary>
    /// <param name="text">The address.</param>
    /// <param name="allowInsecure">Plain text to a host that is not this machine is allowed.</param>
    /// <param name="address">The address, when it is one.</param>
    /// <param name="problem">Otherwise what is wrong and what to do.</param>
    public static bool TryParse(string text, bool allowInsecure, out BrokerAddress address, out string problem)
    {
        address = null!;
        problem = "";
        if (!Uri.TryCreate(text.Trim(), UriKind.Absolute, out var uri) || uri.Host.Length == 0 || Scheme(uri) is not { } scheme)
        {
            problem = $"'{text}' is no broker address: give one such as https://llm.example.org";
            return false;
        }

        if (uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            problem = "a broker address has no user, query or fragment: the token comes from REMOTELLM_CONNECTOR_TOKEN or --token-file";
            return false;
        }

        if (scheme == Uri.UriSchemeHttp && !allowInsecure && !IsLoopback(uri))
        {
            problem = $"{uri.Host} is not this machine, and plain http would show every prompt to the line: use https://, or --insecure if you accept that";
            return false;
        }

        var port = uri.IsDefaultPort && uri.Scheme is "ws" or "wss" ? -1 : uri.Port;
        var path = uri.AbsolutePath.EndsWith('/') ? uri.AbsolutePath : uri.AbsolutePath + "/";
        address = new BrokerAddress(new UriBuilder(scheme, uri.Host, port, path).Uri);
        return true;
    }

    /// <summary>The WebSocket address of a path of the broker.</summary>
    public Uri WebSocket(string path) => new UriBuilder(new Uri(Base, path.TrimStart('/'))) { Scheme = IsSecure ? "wss" : "ws" }.Uri;

    /// <inheritdoc/>
    public override string ToString() => Base.ToString();

    private static string? Scheme(Uri uri) => uri.Scheme switch
    {
        "http" or "ws" => Uri.UriSchemeHttp,
        "https" or "wss" => Uri.UriSchemeHttps,
        _ => null,
    };

    private static bool IsLoopback(Uri uri) => uri.IsLoopback || (IPAddress.TryParse(uri.DnsSafeHost, out var ip) && IPAddress.IsLoopback(ip));
}
