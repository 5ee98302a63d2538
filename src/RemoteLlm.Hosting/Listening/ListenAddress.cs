using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace RemoteLlm.Hosting.Listening;

/// <summary>One address to listen on, for plain HTTP. A null <paramref name="Ip"/> stands for <c>localhost</c>: both loopback addresses.</summary>
/// <param name="Ip">The number; <c>::</c> is every one of this machine.</param>
/// <param name="Port">1 to 65535, or 0 for any free one.</param>
public sealed record ListenAddress(IPAddress? Ip, int Port)
{
    /// <summary>Whether only this machine can reach it.</summary>
    public bool IsLoopback => Ip is null || IPAddress.IsLoopback(Ip);

    /// <summary>Reads a list, separated by semicolons, as it was asked for.</summary>
    /// <param name="urls">The list.</param>
    /// <param name="wrong">What of it is no address that can be listened on; null when all are.</param>
    public static IReadOnlyList<ListenAddress> ParseList(string urls, out string? wrong)
    {
        var texts = urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var addresses = new List<ListenAddress>();
        wrong = texts.Length == 0 ? urls : null;
        foreach (var text in texts)
        {
            if (Parse(text) is { } address)
                addresses.Add(address);
            else
                wrong ??= text;
        }

        return addresses;
    }

    /// <summary>Makes a server listen there, over HTTP/1.1.</summary>
    public void ListenOn(KestrelServerOptions kestrel)
    {
        if (Ip is null && Port > 0) kestrel.ListenLocalhost(Port, Configure);
        else if (Equals(Ip, IPAddress.IPv6Any)) kestrel.ListenAnyIP(Port, Configure);
        // Any port cannot be had on two addresses at once.
        else kestrel.Listen(Ip ?? IPAddress.Loopback, Port, Configure);
    }

    /// <summary>Why a server could not listen, in words.</summary>
    public static string Reason(Exception exception) => exception.InnerException is AddressInUseException ? "it is taken by another process" : exception.Message.TrimEnd('.');

    private static void Configure(ListenOptions listen) => listen.Protocols = HttpProtocols.Http1;

    private static ListenAddress? Parse(string url)
    {
        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(url);
        }
        catch (FormatException)
        {
            return null;
        }

        if (address.Scheme != Uri.UriSchemeHttp || address.PathBase.Length > 0 || address.Port is < 0 or > 65535)
            return null;
        return address.Host switch
        {
            "*" or "+" => new ListenAddress(IPAddress.IPv6Any, address.Port),
            "localhost" => new ListenAddress(null, address.Port),
            var host => IPAddress.TryParse(host, out var ip) ? new ListenAddress(ip, address.Port) : null,
        };
    }
}
