using Microsoft.AspNetCore.Http;

namespace RemoteLlm.Broker.Portal;

/// <summary>Where the portal is for those who use it.</summary>
internal sealed class PortalSite(PortalOptions options)
{
    /// <summary>Whether it is reached over TLS, which decides whether its cookies are bound to that.</summary>
    public bool IsSecure { get; } = options.PublicUrl?.Scheme == Uri.UriSchemeHttps;

    /// <summary>Its address without a slash at its end: the configured one, on loopback that of the request.</summary>
    public string UrlOf(HttpRequest request) =>
        options.PublicUrl is { } url ? url.GetLeftPart(UriPartial.Authority) : $"{request.Scheme}://{request.Host.Value}";

    /// <summary>Whether a request came to that address, by the host that it names. The port is a matter of what stands in front.</summary>
    public bool IsAt(HttpRequest request) => options.PublicUrl is not { } url || string.Equals(request.Host.Host, url.Host, StringComparison.OrdinalIgnoreCase);

    /// <summary>The base URL that clients are given.</summary>
    public string BaseUrlOf(HttpRequest request) => UrlOf(request) + "/v1";

    /// <summary>The name of a cookie: with the prefix that binds it to this host and to TLS, where there is TLS.</summary>
    public string Cookie(string name) => IsSecure ? "__Host-" + name : name;
}
