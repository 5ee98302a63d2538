using System.ComponentModel.DataAnnotations;
using System.Net;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Portal;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Hosting.Edge.Cors;
using RemoteLlm.Hosting.Edge.Keys;

namespace RemoteLlm.Broker;

/// <summary>Says what is wrong with a broker's settings, before anything is opened.</summary>
internal static class BrokerOptionsCheck
{
    public static void Check(BrokerOptions options)
    {
        var problems = new List<ValidationResult>();
        // The validator does not look into options of options by itself.
        foreach (var part in new object[] { options, options.Connectors })
            Validator.TryValidateObject(part, new ValidationContext(part), problems, validateAllProperties: true);
        if (problems.Count > 0)
            throw new SettingException(problems[0].ErrorMessage!);
        var urls = options.Urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (urls.Length == 0)
            throw new SettingException("there is no address to listen at: give one such as http://127.0.0.1:5080 in --urls.");
        foreach (var url in urls)
        {
            if (!TryHost(url, out var host))
                throw new SettingException($"'{url}' is no address to listen at: give one such as http://127.0.0.1:5080 in --urls.");
            if (options.NoAuth && !IsLoopback(host))
                throw new SettingException($"--no-auth lets everybody in, so it works on loopback only: remove it, or listen at http://127.0.0.1:5080 instead of {url}.");
        }

        PortalOptionsCheck.Check(options.Portal, urls.All(url => TryHost(url, out var host) && IsLoopback(host)));
        Keys(options);
        Proxies(options);
        Origins(options);
    }

    /// <summary>The networks of trusted proxies.</summary>
    public static IReadOnlyList<IPNetwork> Proxies(BrokerOptions options)
    {
        var networks = new List<IPNetwork>();
        foreach (var text in options.TrustedProxies.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (IPNetwork.TryParse(text, out var network))
                networks.Add(network);
            else if (IPAddress.TryParse(text, out var address))
                networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            else
                throw new SettingException($"'{text}' is neither an address nor a network: give --trusted-proxies as 10.0.0.7 or 172.16.0.0/12, separated by commas.");
        }

        return networks;
    }

    /// <summary>The origins of web pages that may call the API.</summary>
    public static CorsOrigins Origins(BrokerOptions options)
    {
        var origins = CorsOrigins.Parse(options.CorsOrigins, out var problem);
        return problem is null ? origins : throw new SettingException(problem);
    }

    /// <summary>The keys of the environment.</summary>
    public static IReadOnlyList<ListedKey> Keys(BrokerOptions options)
    {
        var keys = EnvironmentKeys.Parse(options.ApiKeys, out var problem);
        return problem is null ? keys : throw new SettingException(problem.ToString());
    }

    // Kestrel's addresses may have a wildcard for a host, which is no URI.
    private static bool TryHost(string url, out string host)
    {
        host = "";
        var rest = url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? url[7..] : url.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? url[8..] : null;
        if (string.IsNullOrEmpty(rest))
            return false;
        host = rest[0] is '*' or '+' ? rest[..1] : Uri.TryCreate(url, UriKind.Absolute, out var uri) ? uri.Host : "";
        return host.Length > 0;
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
}
