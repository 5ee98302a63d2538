using System.Buffers.Text;
using System.Diagnostics;
using System.Text;
using RemoteLlm.Benchmarks.FakeLlm;

namespace RemoteLlm.Benchmarks.Load;

/// <summary>A request as it goes over the wire.</summary>
internal static class RequestText
{
    public const string Chat = "/v1/chat/completions";
    public const string Embeddings = "/v1/embeddings";
    public const string Rerank = "/v1/rerank";

    public static byte[] Of(LoadCommand command)
    {
        var body = Body(command);
        var head = $"""
            POST {command.Path} HTTP/1.1
            Host: 127.0.0.1:{command.Port}
            Authorization: Bearer {command.ApiKey}
            Content-Type: application/json
            Content-Length: {body.Length}


            """.ReplaceLineEndings("\r\n");
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }

    /// <summary>Makes of a request for a chat one of another conversation, of the same length.</summary>
    public static void Renew(Span<byte> request)
    {
        // What stands behind the sign is another number each time.
        var at = request.IndexOf("\"#"u8);
        if (at >= 0)
            Utf8Formatter.TryFormat(Stopwatch.GetTimestamp(), request.Slice(at + 2, ChatRequest.Number.Length - 1), out _, new('D', (byte)(ChatRequest.Number.Length - 1)));
    }

    private static byte[] Body(LoadCommand command) => command.Path switch
    {
        Embeddings => WholeRequests.Embedding(command.ThinkMilliseconds),
        Rerank => WholeRequests.Ranking(command.ThinkMilliseconds),
        _ => new ChatRequest(command.Stream, command.Chunks, command.GapMicroseconds, command.AnswerBytes, command.ThinkMilliseconds).ToBody(command.UploadBytes),
    };
}
