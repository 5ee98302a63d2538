using System.Buffers;
using Microsoft.Net.Http.Headers;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Connector.Servers.Registry.Reading;

/// <summary>Headers that every request to a server gets.</summary>
internal static class HeaderFields
{
    private const int MaxHeaders = 64;
    private const int LongestValue = 4096;

    // Source: RFC 9110, section 5.6.2 (token).
    private static readonly SearchValues<char> s_name = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public static IReadOnlyDictionary<string, string> Read(JsonFields server)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var member in server.Map("headers", MaxHeaders, StringComparer.OrdinalIgnoreCase))
        {
            var path = JsonPath.Member(server.PathOf("headers"), member.Name);
            if (NameProblem(member.Name) is { } problem)
                server.Problems.Error(member.Line, member.Column, $"{path}: {problem}");
            else if (!member.Value.IsString || member.Value.Text.Length > LongestValue || member.Value.Text.Any(char.IsControl))
                server.Problems.Error(member.Value.Line, member.Value.Column, $"{path} must be a text of at most {LongestValue} characters without line breaks.");
            else
                headers.TryAdd(member.Name, member.Value.Text);
            if (IsKey(member.Name))
                server.Problems.Warn(member.Line, member.Column, $"{path} looks like a key: whoever may read this file can use it. If the server takes Authorization: Bearer, use api_key_env or api_key_file.");
        }

        return headers;
    }

    private static string? NameProblem(string name)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(s_name))
            return "this is no name of a header; write letters, digits and dashes, such as HTTP-Referer.";
        if (name.Equals(HeaderNames.Authorization, StringComparison.OrdinalIgnoreCase))
            return "the key does not stand in this file; remove it, and use api_key_env or api_key_file.";
        if (name.Equals(HeaderNames.ContentLength, StringComparison.OrdinalIgnoreCase) || name.Equals(HeaderNames.ContentType, StringComparison.OrdinalIgnoreCase)
            || name.Equals(HeaderNames.ContentEncoding, StringComparison.OrdinalIgnoreCase))
            return "this describes the body of each request; remove it.";

        // An answer that comes packed could be neither metered nor checked for its end.
        if (name.Equals(HeaderNames.AcceptEncoding, StringComparison.OrdinalIgnoreCase))
            return "answers are read unpacked; remove it.";
        return HopByHop.Contains(name) ? "this belongs to the connection, not to requests; remove it." : null;
    }

    private static bool IsKey(string name) =>
        name.EndsWith("api-key", StringComparison.OrdinalIgnoreCase) || name.EndsWith("token", StringComparison.OrdinalIgnoreCase) || name.Equals(HeaderNames.Cookie, StringComparison.OrdinalIgnoreCase);
}
