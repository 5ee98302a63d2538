namespace RemoteLlm.Replay.Recording;

/// <summary>Names under which requests and answers carry what must not be written down.</summary>
internal static class SecretNames
{
    /// <summary>Members of a JSON body whose text is masked. Not a bare <c>token</c>: log probabilities name each token so.</summary>
    public const string MemberPattern =
        "api[_-]?key|authorization|(?:access|refresh|id|auth|bearer|session)[_-]?token|client[_-]?secret|secret|password|cookie|set-cookie|"
        + "organi[sz]ation(?:[_-]?id)?|org[_-]?id|project[_-]?id";

    private static readonly HashSet<string> RequestHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Authorization", "Proxy-Authorization", "X-Api-Key", "Api-Key", "X-Goog-Api-Key", "Cookie",
    };

    private static readonly HashSet<string> Parameters = new(StringComparer.OrdinalIgnoreCase)
    {
        "key", "api_key", "api-key", "apikey", "access_token", "token", "auth", "sig", "signature", "client_secret", "password",
    };

    /// <summary>Whether a request header carries the client's credentials. Those are neither sent to the target nor recorded.</summary>
    public static bool IsCredentialHeader(string name) => RequestHeaders.Contains(name);

    /// <summary>Whether a parameter of the URL carries a secret; such a parameter is left out of a recording.</summary>
    public static bool IsSecretParameter(string name) => Parameters.Contains(name);
}
