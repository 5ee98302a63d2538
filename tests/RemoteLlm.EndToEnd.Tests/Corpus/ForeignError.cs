using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using RemoteLlm.Protocol.Dialects;

namespace RemoteLlm.EndToEnd.Tests.Corpus;

/// <summary>What stands in for an error that clients of the dialect would not understand. The rule is written here a second time, and more plainly: cassettes are few.</summary>
/// <param name="Status">The status that the client gets.</param>
/// <param name="Code">The code.</param>
internal sealed partial record ForeignError(int Status, string Code)
{
    /// <summary>The stand-in; null for an answer that passes as it is.</summary>
    public static ForeignError? Of(Dialect dialect, int status, byte[] body)
    {
        if (status < 400)
            return null;
        var text = Encoding.UTF8.GetString(body);
        if (!IsJson(text))
            return new(status >= 500 ? 502 : status, "upstream_error");
        if (status is 404 or 501 && EndpointMissing().IsMatch(text))
            return new(404, "endpoint_not_served");
        if (status == 503 && Loading().IsMatch(text))
            return new(503, "model_loading");
        return dialect == Dialect.OpenAi && TooLong().IsMatch(text) && !text.Contains("\"code\":\"context_length_exceeded\"", StringComparison.Ordinal) ? new(400, "context_length_exceeded") : null;
    }

    private static bool IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    [GeneratedRegex("does not support|\"detail\":\"Not Found\"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EndpointMissing();

    [GeneratedRegex("[Ll]oading", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Loading();

    [GeneratedRegex("context (length|size)|max_new_tokens` must be", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TooLong();
}
