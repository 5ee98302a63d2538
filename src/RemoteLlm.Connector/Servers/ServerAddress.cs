using System.Diagnostics.CodeAnalysis;

namespace RemoteLlm.Connector.Servers;

/// <summary>
/// Where an LLM server is, however its operator wrote it: with or without <c>/v1</c> or a slash at the end, with a path before it
/// (<c>https://openrouter.ai/api/v1</c>).
/// </summary>
public sealed record ServerAddress
{
    private readonly string _prefix;

    private ServerAddress(string prefix, bool isLocal) => (_prefix, IsLocal) = (prefix, isLocal);

    /// <summary>Whether the server stands on this machine or network, as far as its name or number tells.</summary>
    public bool IsLocal { get; }

    /// <summary>Scheme, host, port and the path before <c>/v1</c>; no slash at the end.</summary>
    public override string ToString() => _prefix;

    /// <summary>The address of an endpoint.</summary>
    /// <param name="path">A constant of ours that begins with a slash, such as <c>/v1/models</c>; never a client's text.</param>
    public Uri Endpoint(string path) => new(_prefix + path);

    /// <summary>Reads an address. When it cannot be used, the error says which setting to change and to what.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ServerAddress? address, [NotNullWhen(false)] out string? error)
    {
        address = null;
        error = Problem(text, out var uri);
        if (error is not null)
            return false;

        var path = uri!.AbsolutePath.TrimEnd('/');
        if (path.EndsWith("/v1", StringComparison.Ordinal))
            path = path[..^"/v1".Length].TrimEnd('/');
        address = new ServerAddress(uri.GetLeftPart(UriPartial.Authority) + path, LocalNames.IsLocal(uri.IdnHost));
        return true;
    }

    /// <summary>Reads an address that is known to be good.</summary>
    /// <exception cref="FormatException">It is not; the message says why.</exception>
    public static ServerAddress Parse(string text) => TryParse(text, out var address, out var error) ? address : throw new FormatException(error);

    // Only the scheme and the host are repeated: the rest may hold a secret.
    private static string? Problem(string? text, out Uri? uri)
    {
        uri = null;
        const string Example = "Give its base URL, such as http://localhost:11434.";
        if (string.IsNullOrWhiteSpace(text))
            return $"The LLM server's address is missing. {Example}";
        if (!text.Contains("://", StringComparison.Ordinal))
            return $"The LLM server's address needs http:// or https:// in front. {Example}";
        if (!Uri.TryCreate(text.Trim(), UriKind.Absolute, out uri) || uri.Host.Length == 0)
            return $"The LLM server's address is not a URL. {Example}";
        if (uri.Scheme is not ("http" or "https"))
            return $"The LLM server's address must begin with http:// or https://, not {uri.Scheme}://. {Example}";
        if (uri.UserInfo.Length != 0)
            return $"The LLM server's address must not hold a user or password; set the server's API key in {LlmServerOptions.ApiKeyVariable}.";
        if (uri.Query.Length != 0 || uri.Fragment.Length != 0)
            return $"The LLM server's address must not have a query (?) or fragment (#). {Example}";
        return null;
    }
}
