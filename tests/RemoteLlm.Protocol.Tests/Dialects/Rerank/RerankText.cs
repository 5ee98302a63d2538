using System.Buffers;
using System.Text;
using System.Text.Json;
using RemoteLlm.Protocol.Dialects.Rerank;

namespace RemoteLlm.Protocol.Tests.Dialects.Rerank;

/// <summary>Rerank bodies as strings.</summary>
internal static class RerankText
{
    /// <summary>A request that must be understood.</summary>
    public static RerankRequest Request(string body)
    {
        var request = RerankRequest.TryRead(Encoding.UTF8.GetBytes(body), out var error);
        Assert.Null(error);
        return request!;
    }

    public static string Sent(RerankRequest request, RerankForm form)
    {
        var output = new ArrayBufferWriter<byte>();
        request.WriteFor(form, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>The answer a client gets; null when the server's was not understood.</summary>
    public static string? Answer(RerankRequest request, string serverAnswer, out RerankUsage usage, long estimate = 0)
    {
        var output = new ArrayBufferWriter<byte>();
        if (RerankAnswer.TryWrite(request, Encoding.UTF8.GetBytes(serverAnswer), "rerank-1", output, out usage, estimate))
            return Encoding.UTF8.GetString(output.WrittenSpan);
        Assert.Equal(0, output.WrittenCount);
        return null;
    }

    public static string? Answer(RerankRequest request, string serverAnswer) => Answer(request, serverAnswer, out _);

    public static JsonElement Json(string text) => JsonElement.Parse(text);
}
