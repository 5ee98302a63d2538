using Microsoft.AspNetCore.Http;

namespace RemoteLlm.Hosting.Edge.Keys;

/// <summary>The key that a client sent.</summary>
public static class SentKey
{
    private const string Scheme = "Bearer ";

    /// <summary>It, from wherever clients put it: OpenAI's, Anthropic's and Azure's ways, in this order. Null where there is none; of whatever form.</summary>
    public static string? Of(IHeaderDictionary headers)
    {
        var authorization = headers.Authorization.ToString();
        if (authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return authorization[Scheme.Length..].Trim();
        return Single(headers, "x-api-key") ?? Single(headers, "api-key");
    }

    private static string? Single(IHeaderDictionary headers, string name) =>
        headers.TryGetValue(name, out var values) && values.Count == 1 && values[0] is { Length: > 0 } text ? text.Trim() : null;
}
