using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using RemoteLlm.Hosting.Configuration;

namespace RemoteLlm.Hosting.Management;

/// <summary>One address to listen on. A null <paramref name="Ip"/> stands for <c>localhost</c>: both loopback addresses.</summary>
internal sealed record ListenAddress(IPAddress? Ip, int Port)
{
    public bool IsLoopback => Ip is null || IPAddress.IsLoopback(Ip);

    /// <summary>Reads a list as it was asked for.</summary>
    /// <exception cref="SettingException">One of them is no address that can be listened on.</exception>
    public static IReadOnlyList<ListenAddress> ParseList(string urls)
    {
        var texts = urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return texts.Length > 0 ? [.. texts.Select(Parse)] : throw Wrong(urls);
    }

    public void ListenOn(KestrelServerOptions kestrel)
    {
        if (Ip is null && Port > 0) kestrel.ListenLocalhost(Port, Configure);
        else if (Equals(Ip, IPAddress.IPv6Any)) kestrel.ListenAnyIP(Port, Configure);
        // Any port cannot be had on two addresses at once.
        else kestrel.Listen(Ip ?? IPAddress.Loopback, Port, Configure);
    }

    private static void Configure(ListenOptions listen) => listen.Protocols = HttpProtocols.Http1;

    private static ListenAddress Parse(string url)
    {
        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(url);
        }
        catch (FormatException e)
        {
            throw Wrong(url, e);
        }

        if (address.Scheme != Uri.UriSchemeHttp || address.PathBase.Length > 0 || address.Port is < 0 or > 65535) throw Wrong(url);
        return address.Host switch
        {
            "*" or "+" => new ListenAddress(IPAddress.IPv6Any, address.Port),
            "localhost" => new ListenAddress(null, address.Port),
            var host when IPAddress.TryParse(host, out var ip) => new ListenAddress(ip, address.Port),
            _ => throw Wrong(url),
        };
    }

    private static SettingException Wrong(string url, Exception? cause = null) => new(
        $"The management address '{url}' cannot be listened on; give {ManagementOptions.UrlsOption} or {ManagementOptions.UrlsVariable} an address such as http://127.0.0.1:9464 or http://*:9464.",
        cause);
}
