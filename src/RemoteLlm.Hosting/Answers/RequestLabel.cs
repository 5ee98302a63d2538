using Microsoft.AspNetCore.Http;
using RemoteLlm.Protocol.Dialects;

namespace RemoteLlm.Hosting.Answers;

/// <summary>
/// The id by which people find a request in logs: the client's own <c>x-request-id</c> where it is printable and short, else one of ours.
/// It is a label; usage is booked under the broker's own id.
/// </summary>
public static class RequestLabel
{
    /// <summary>Longest label that is taken from a client, characters.</summary>
    public const int MaxLength = 128;

    /// <summary>The header that carries it, both ways.</summary>
    public const string Header = "x-request-id";

    /// <summary>The client's label if it is fit to be one, else <paramref name="own"/>.</summary>
    public static string Of(HttpRequest request, string own) =>
        request.Headers.TryGetValue(Header, out var values) && values.Count == 1 && IsLabel(values[0]) ? values[0]! : own;

    /// <summary>Puts it on an answer; Anthropic's clients read it from <c>request-id</c>.</summary>
    public static void Write(IHeaderDictionary headers, Dialect dialect, string label)
    {
        headers[Header] = label;
        if (dialect == Dialect.Anthropic)
            headers["request-id"] = label;
    }

    private static bool IsLabel(string? text) => text is { Length: > 0 and <= MaxLength } && text.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0;
}
