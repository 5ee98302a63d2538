using System.Buffers;
using System.Text.Json;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Protocol.Dialects.Json;

namespace RemoteLlm.Protocol.Dialects.Rerank;

/// <summary>
/// A rerank request as a client sent it, understood under the names of Cohere, Jina and vLLM (<c>documents</c>, <c>top_n</c>, <c>return_documents</c>), of TEI
/// (<c>texts</c>, <c>return_text</c>) and of Voyage (<c>top_k</c>). Holds the client's body and offsets into it; the body must not change as long as this is used.
/// </summary>
public sealed class RerankRequest
{
    /// <summary>The most documents of one request: ten times what Voyage takes. More of them are better sent as several requests, which others can come between.</summary>
    public const int MaxDocuments = 10_000;

    internal RerankRequest()
    {
    }

    /// <summary>How many documents there are: 1 to <see cref="MaxDocuments"/>.</summary>
    public int DocumentCount => Documents.Count;

    /// <summary>How many results the client wants at most: 1 to <see cref="DocumentCount"/>.</summary>
    public int TopN { get; internal init; }

    /// <summary>Whether the client wants its documents back with the results.</summary>
    public bool ReturnsDocuments { get; internal init; }

    /// <summary>
    /// The bytes of text that a server has to read, to estimate its tokens from: a cross-encoder reads the query once for each document. Bytes of JSON text, so escapes
    /// count as they are written.
    /// </summary>
    public long PromptBytes { get; internal init; }

    internal ReadOnlyMemory<byte> Body { get; init; }

    internal JsonValue Model { get; init; }

    internal JsonValue Query { get; init; }

    internal IReadOnlyList<RerankDocument> Documents { get; init; } = [];

    internal JsonValue RawScores { get; init; }

    internal JsonValue Truncate { get; init; }

    internal JsonValue TruncationDirection { get; init; }

    /// <summary>Reads a client's body. Null, with the 400 to answer in <paramref name="error"/>, when it is not a request that can be ranked.</summary>
    public static RerankRequest? TryRead(ReadOnlyMemory<byte> body, out ApiError? error) => new RerankRequestReader(body).Read(out error);

    /// <summary>
    /// Writes the body to send to a server. Documents are plain strings, since llama.cpp takes nothing else. Neither how many results are wanted nor whether documents
    /// come back is said: servers differ in both (llama.cpp of early 2025 ignores top_n, vLLM's 0 means all), and <see cref="RerankAnswer"/> sees to both.
    /// </summary>
    /// <param name="form">What the server takes.</param>
    /// <param name="output">Takes the body.</param>
    /// <param name="model">The model's name at the server; null for the one that the client wrote.</param>
    public void WriteFor(RerankForm form, IBufferWriter<byte> output, string? model = null)
    {
        // The model is of no use to TEI, which passes over it, but proxies in front of several servers choose by it.
        output.Write("{\"model\":"u8);
        output.Write(model is null ? Model.In(Body.Span) : JsonSerializer.SerializeToUtf8Bytes(model));
        output.Write(",\"query\":"u8);
        output.Write(Query.In(Body.Span));
        switch (form)
        {
            case RerankForm.Standard:
                output.Write(",\"documents\":["u8);
                WriteTexts(output);
                WriteOtherMembers(output);
                break;
            case RerankForm.Texts:
                output.Write(",\"texts\":["u8);
                WriteTexts(output);
                WriteTeiMembers(output);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(form), form, "No such form of a rerank request.");
        }

        output.Write("}"u8);
    }

    private void WriteTexts(IBufferWriter<byte> output)
    {
        for (var i = 0; i < Documents.Count; i++)
        {
            if (i > 0)
                output.Write(","u8);
            output.Write(Documents[i].Text.In(Body.Span));
        }

        output.Write("]"u8);
    }

    // Read again from the body instead of remembered: there may be millions of them.
    private void WriteOtherMembers(IBufferWriter<byte> output)
    {
        foreach (var part in new JsonParts(Body.Span))
        {
            if (!RerankMembers.IsKeptInStandardForm(RerankMembers.Recognise(part)))
                continue;
            output.Write(",\""u8);
            output.Write(part.RawName);
            output.Write("\":"u8);
            output.Write(part.Value.In(Body.Span));
        }
    }

    private void WriteTeiMembers(IBufferWriter<byte> output)
    {
        // Said even where the client says nothing, so that no server's own default decides.
        output.Write(",\"raw_scores\":"u8);
        output.Write(RawScores.IsAbsent ? "false"u8 : RawScores.In(Body.Span));
        if (!Truncate.IsAbsent)
        {
            output.Write(",\"truncate\":"u8);
            output.Write(Truncate.In(Body.Span));
        }

        if (!TruncationDirection.IsAbsent)
        {
            output.Write(",\"truncation_direction\":"u8);
            output.Write(TruncationDirection.In(Body.Span));
        }
    }
}
