using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Protocol.Dialects.Streams;

namespace RemoteLlm.Hosting.Answers;

/// <summary>What kind of body an answer has.</summary>
public static class AnswerType
{
    /// <summary>The content type of server-sent events.</summary>
    public const string Events = "text/event-stream";

    /// <summary>The content type of JSON objects, one a line.</summary>
    public const string Lines = "application/x-ndjson";

    /// <summary>How the answer streams; the answer's own type decides, never what the client said it accepts. What is compressed cannot be read and counts as no stream.</summary>
    public static StreamFormat FormatOf(HttpResponseMessage answer, ApiEndpoint endpoint)
    {
        var headers = answer.Content.Headers.NonValidated;
        if (!headers.TryGetValues("Content-Type", out var values) || headers.Contains("Content-Encoding"))
            return StreamFormat.None;
        var type = values.ToString();
        if (type.StartsWith(Events, StringComparison.OrdinalIgnoreCase))
            return IsLines(endpoint.Stream) || endpoint.Stream == StreamFormat.None ? StreamFormat.OtherEvents : endpoint.Stream;
        return type.StartsWith(Lines, StringComparison.OrdinalIgnoreCase) && IsLines(endpoint.Stream) ? endpoint.Stream : StreamFormat.None;
    }

    /// <summary>The content type of a stream of this format.</summary>
    public static string Of(StreamFormat format) => IsLines(format) ? Lines : Events;

    private static bool IsLines(StreamFormat format) => format is StreamFormat.ChatLines or StreamFormat.GenerateLines or StreamFormat.ProgressLines;
}
