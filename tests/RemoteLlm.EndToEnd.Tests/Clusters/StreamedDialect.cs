using System.Text.Json;
using System.Text.RegularExpressions;

namespace RemoteLlm.EndToEnd.Tests.Clusters;

/// <summary>One of the forms in which answers stream: how it is asked for, a small answer frame by frame, and what we ourselves may put into it.</summary>
internal sealed partial class StreamedDialect
{
    private const string ResponseId = "resp_of_the_server";

    private static readonly StreamedDialect[] s_all = [Chat(), Completions(), Responses(), Messages(), OllamaChat(), OllamaGenerate()];

    private StreamedDialect(string name, string path, string prompt, IReadOnlyList<string> frames) => (Name, Path, Prompt, Frames) = (name, path, prompt, frames);

    /// <summary>Each of them, for theories.</summary>
    public static TheoryData<string> Names => [.. s_all.Select(dialect => dialect.Name)];

    public string Name { get; }

    public string Path { get; }

    /// <summary>A whole answer; the last frame is the one that ends it.</summary>
    public IReadOnlyList<string> Frames { get; }

    /// <summary>The answer's bytes as text.</summary>
    public string Whole => string.Concat(Frames);

    /// <summary>How many of the frames come before the model's first output.</summary>
    public int BeforeOutput { get; private init; }

    /// <summary>How many frames at the end are only formalities: what came before them is a whole answer.</summary>
    public int AfterTheEnd { get; private init; } = 1;

    /// <summary>What is in the frame that ends it, and in no other.</summary>
    public required string EndSign { get; init; }

    /// <summary>Lines of JSON instead of server-sent events.</summary>
    public bool IsLines => Path.StartsWith("/api/", StringComparison.Ordinal);

    public string ContentType => IsLines ? "application/x-ndjson" : "text/event-stream";

    /// <summary>What ends a frame.</summary>
    public string Delimiter => IsLines ? "\n" : "\n\n";

    private string Prompt { get; }

    public static StreamedDialect Of(string name) => s_all.Single(dialect => dialect.Name == name);

    /// <summary>A request. Where usage can be asked for the client says that it wants it, so that the stream passes unread; null says nothing.</summary>
    public string Body(bool stream, bool saysUsage = true) =>
        $$"""{"model":"test-model","stream":{{(stream ? "true" : "false")}},{{(stream && saysUsage && Path.EndsWith("completions", StringComparison.Ordinal) ? "\"stream_options\":{\"include_usage\":true}," : "")}}{{Prompt}}}""";

    /// <summary>Sends the head of a streamed answer.</summary>
    public Task SendHeaders(ScriptedExchange exchange) => exchange.SendHeaders(contentType: ContentType);

    /// <summary>Whether a frame is a heartbeat as it must be where the stream stands.</summary>
    /// <param name="frame">The frame, its end included.</param>
    /// <param name="framesBefore">How many frames of the answer came before it.</param>
    /// <param name="beatsBefore">How many heartbeats did.</param>
    public bool IsHeartbeat(string frame, int framesBefore, int beatsBefore)
    {
        if (Path == "/v1/responses")
            return IsResponseHeartbeat(frame, framesBefore, beatsBefore);
        return Path switch
        {
            "/v1/messages" => frame == "event: ping\ndata: {\"type\":\"ping\"}\n\n",
            "/api/chat" => EmptyChatLine().IsMatch(frame),
            "/api/generate" => EmptyGenerateLine().IsMatch(frame),
            // While it waits for its slot it is told its place.
            _ => frame is ": keep-alive\n\n" or ": queued, position 1\n\n",
        };
    }

    /// <summary>How many frames the first heartbeat is, before the server has said anything.</summary>
    public int FramesOfFirstHeartbeat => Path == "/v1/responses" ? 2 : 1;

    /// <summary>The body of an error as servers of this dialect give it.</summary>
    public string ErrorBody(string message) => IsLines
        ? $$"""{"error":"{{message}}"}"""
        : Path == "/v1/messages"
            ? $$$"""{"type":"error","error":{"type":"invalid_request_error","message":"{{{message}}}"}}"""
            : $$$"""{"error":{"message":"{{{message}}}","type":"invalid_request_error","param":null,"code":null}}""";

    /// <summary>The frame tells an error of ours in this dialect's shape; returns its message. JSON that it completes may stand around it.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="code">The code, for dialects that have one.</param>
    /// <param name="own">The frame is ours from its first byte.</param>
    public string ErrorIn(string frame, string code, bool own = true)
    {
        Assert.EndsWith(Delimiter, frame, StringComparison.Ordinal);
        var lines = frame.TrimEnd('\n').Split('\n');
        var data = IsLines ? lines.Single() : string.Concat(lines.Where(line => line.StartsWith("data:", StringComparison.Ordinal)).Select(line => line[5..]));
        using var document = JsonDocument.Parse(data);
        var error = document.RootElement.GetProperty("error");
        if (IsLines)
            return error.GetString()!;
        if (Path == "/v1/messages")
        {
            Assert.Contains("event: error", lines);
            Assert.Equal("error", document.RootElement.EnumerateObject().Last(member => member.Name == "type").Value.GetString());
            Assert.Equal(["message", "type"], error.EnumerateObject().Select(member => member.Name).Order());
            return error.GetProperty("message").GetString()!;
        }

        if (Path == "/v1/responses")
        {
            Assert.Contains("event: error", lines);
            Assert.Equal(code, document.RootElement.EnumerateObject().Last(member => member.Name == "code").Value.GetString());
        }

        if (own)
            Assert.Equal(Path == "/v1/responses" ? ["code", "error", "message", "param", "type"] : ["error"], document.RootElement.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal(["code", "message", "param", "type"], error.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal(code, error.GetProperty("code").GetString());
        return error.GetProperty("message").GetString()!;
    }

    private static bool IsResponseHeartbeat(string frame, int framesBefore, int beatsBefore)
    {
        if (framesBefore > 2)
            return frame == "event: keepalive\ndata: {\"type\":\"keepalive\",\"sequence_number\":0}\n\n";
        var type = framesBefore == 0 && beatsBefore == 0 ? "response.created" : "response.in_progress";
        return ResponseEvent().Match(frame) is { Success: true } match
            && match.Groups["event"].Value == type && match.Groups["type"].Value == type
            && (framesBefore == 0 || match.Groups["id"].Value == ResponseId);
    }

    private static StreamedDialect Chat() => new(
        "chat", "/v1/chat/completions", "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]",
        [
            .. new[] { "one ", "zwei \u00fc ", "three" }.Select(text => $"data: {LlmScripts.Delta(text)}\n\n"),
            "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"test-model\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n",
            "data: [DONE]\n\n",
        ])
    {
        EndSign = "[DONE]",
    };

    private static StreamedDialect Completions() => new(
        "completions", "/v1/completions", "\"prompt\":\"Hi\"",
        [
            .. new[] { "one ", "zwei \u00fc ", "three" }.Select(text => Completion(text, "null")),
            Completion("", "\"stop\""),
            "data: [DONE]\n\n",
        ])
    {
        EndSign = "[DONE]",
    };

    private static string Completion(string text, string reason) =>
        $$"""data: {"id":"cmpl-1","object":"text_completion","created":1,"model":"test-model","choices":[{"index":0,"text":"{{text}}","finish_reason":{{reason}}}]}""" + "\n\n";

    private static StreamedDialect Responses() => new(
        "responses", "/v1/responses", "\"input\":\"Hi\"",
        [
            Event("response.created", $$$""","response":{"id":"{{{ResponseId}}}","object":"response","created_at":1,"status":"in_progress","model":"test-model","output":[]}"""),
            Event("response.in_progress", $$$""","response":{"id":"{{{ResponseId}}}","object":"response","created_at":1,"status":"in_progress","model":"test-model","output":[]}"""),
            Event("response.output_item.added", ""","output_index":0,"item":{"id":"msg_1","type":"message","status":"in_progress","role":"assistant","content":[]}"""),
            Event("response.output_text.delta", ""","item_id":"msg_1","output_index":0,"content_index":0,"delta":"zwei ü" """),
            Event("response.completed", $$$""","response":{"id":"{{{ResponseId}}}","object":"response","created_at":1,"status":"completed","model":"test-model","output":[],"usage":{"input_tokens":7,"output_tokens":3,"total_tokens":10}}"""),
        ])
    {
        BeforeOutput = 2,
        EndSign = "response.completed",
    };

    private static StreamedDialect Messages() => new(
        "messages", "/v1/messages", "\"max_tokens\":100,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]",
        [
            Event("message_start", ""","message":{"id":"msg_1","type":"message","role":"assistant","model":"test-model","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":7,"output_tokens":1}}"""),
            Event("content_block_start", ""","index":0,"content_block":{"type":"text","text":""}"""),
            Event("content_block_delta", ""","index":0,"delta":{"type":"text_delta","text":"zwei ü"}"""),
            Event("content_block_stop", ""","index":0"""),
            Event("message_delta", ""","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":3}"""),
            Event("message_stop", ""),
        ])
    {
        BeforeOutput = 1,
        EndSign = "message_stop",
    };

    private static string Event(string type, string members) => $$"""
        event: {{type}}
        data: {"type":"{{type}}"{{members}}}
        """.ReplaceLineEndings("\n") + "\n\n";

    private static StreamedDialect OllamaChat() => new(
        "ollama chat", "/api/chat", "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]",
        [.. new[] { "one ", "zwei \u00fc " }.Select(text => ChatLine(text, "false")), ChatLine("", "true,\"done_reason\":\"stop\",\"prompt_eval_count\":7,\"eval_count\":3")])
    {
        EndSign = "\"done\":true",
    };

    private static string ChatLine(string text, string done) =>
        $$$"""{"model":"test-model","created_at":"2025-11-30T10:00:00Z","message":{"role":"assistant","content":"{{{text}}}"},"done":{{{done}}}}""" + "\n";

    private static StreamedDialect OllamaGenerate() => new(
        "ollama generate", "/api/generate", "\"prompt\":\"Hi\"",
        [.. new[] { "one ", "zwei \u00fc " }.Select(text => GenerateLine(text, "false")), GenerateLine("", "true,\"done_reason\":\"stop\",\"prompt_eval_count\":7,\"eval_count\":3")])
    {
        EndSign = "\"done\":true",
    };

    private static string GenerateLine(string text, string done) => $$"""{"model":"test-model","created_at":"2025-11-30T10:00:00Z","response":"{{text}}","done":{{done}}}""" + "\n";

    [GeneratedRegex("""^event: (?<event>[a-z._]+)\ndata: \{"type":"(?<type>[a-z._]+)","sequence_number":0,"response":\{"id":"(?<id>resp_[A-Za-z0-9_-]+)","object":"response","created_at":\d+,"status":"in_progress","model":"test-model","output":\[\]\}\}\n\n$""", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex ResponseEvent();

    [GeneratedRegex("""^\{"model":"test-model","created_at":"[0-9T:.-]+Z","message":\{"role":"assistant","content":""\},"done":false\}\n$""", RegexOptions.NonBacktracking)]
    private static partial Regex EmptyChatLine();

    [GeneratedRegex("""^\{"model":"test-model","created_at":"[0-9T:.-]+Z","response":"","done":false\}\n$""", RegexOptions.NonBacktracking)]
    private static partial Regex EmptyGenerateLine();
}
