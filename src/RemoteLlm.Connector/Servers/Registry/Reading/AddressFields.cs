namespace RemoteLlm.Connector.Servers.Registry.Reading;

/// <summary>Where a server is, and what is on the way to it.</summary>
internal static class AddressFields
{
    private const int LongestUrl = 2048;

    /// <summary>Null where it is missing or wrong, which has been reported.</summary>
    public static ServerAddress? Url(JsonFields server)
    {
        if (server.Value("url") is null)
        {
            server.Error("url", "is missing; give the server's base URL, such as http://localhost:11434.");
            return null;
        }

        if (server.Text("url", LongestUrl) is not { } text)
            return null;
        if (HoldsUser(text))
            server.Error("url", "must not hold a user or password; take them out, and use api_key_env or api_key_file.");
        else if (ServerAddress.TryParse(text, out var address, out var problem))
            return address;
        else
            server.Error("url", $"cannot be used. {problem}");
        return null;
    }

    /// <summary>Null for none.</summary>
    public static Uri? Proxy(JsonFields server)
    {
        if (server.Text("proxy", LongestUrl) is not { } text)
            return null;
        if (HoldsUser(text))
            server.Error("proxy", "must not hold a user or password.");
        else if (Uri.TryCreate(text, UriKind.Absolute, out var proxy) && proxy.Scheme is "http" or "https" && proxy.Host.Length > 0)
            return proxy;
        else
            server.Error("proxy", "must be an address such as http://proxy.lan:3128.");
        return null;
    }

    private static bool HoldsUser(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.UserInfo.Length > 0;
}
