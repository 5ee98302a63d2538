using System.Text;
using RemoteLlm.Benchmarks.FakeLlm;

namespace RemoteLlm.Benchmarks.Load;

/// <summary>A request as it goes over the wire.</summary>
internal static class RequestText
{
    public static byte[] Of(LoadCommand command)
    {
        var body = new ChatRequest(command.Stream, command.Chunks, command.GapMicroseconds, command.AnswerBytes).ToBody(command.UploadBytes);
        var head = $"""
            POST /v1/chat/completions HTTP/1.1
            Host: 127.0.0.1:{command.Port}
            Authorization: Bearer {command.ApiKey}
            Content-Type: application/json
            Content-Length: {body.Length}


            """.ReplaceLineEndings("\r\n");
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }
}
