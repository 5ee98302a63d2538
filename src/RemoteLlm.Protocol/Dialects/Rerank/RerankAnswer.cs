using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace RemoteLlm.Protocol.Dialects.Rerank;

/// <summary>Turns a server's answer, whichever form it has, into the one that clients get.</summary>
public static class RerankAnswer
{
    // Served as JSON with its own content type, never inlined in HTML.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>
    /// Writes <c>{id, object:"list", model, results:[{index, relevance_score, document?}], usage:{prompt_tokens, total_tokens}, meta:{tokens:{input_tokens}}}</c>, the best
    /// score first, at most as many as the client wants. Scores are the server's, digit for digit; documents are the client's own. A server that leaves documents
    /// out is believed: its own limit may be lower than the client's.
    /// </summary>
    /// <param name="request">What was asked.</param>
    /// <param name="answer">The server's body, whole.</param>
    /// <param name="id">The answer's id if the server gives none.</param>
    /// <param name="output">Receives the body; nothing when the answer cannot be understood.</param>
    /// <param name="usage">What the body says it took.</param>
    /// <param name="estimatedTokens">Stands in where the server reports no usage; see <see cref="RerankRequest.PromptBytes"/>.</param>
    /// <returns>False when the answer cannot be understood: no JSON, no results, a result without a score, a document that was not asked about or is there twice.</returns>
    public static bool TryWrite(RerankRequest request, ReadOnlySpan<byte> answer, string id, IBufferWriter<byte> output, out RerankUsage usage, long estimatedTokens = 0)
    {
        usage = default;
        var reader = new RerankAnswerReader(answer);
        try
        {
            if (!reader.TryRead(request.DocumentCount))
                return false;
        }
        catch (JsonException)
        {
            return false;
        }

        usage = reader.Usage(estimatedTokens);
        using var json = new Utf8JsonWriter(output, Plain);
        json.WriteStartObject();
        json.WritePropertyName("id"u8);
        if (reader.Id.Kind == JsonTokenType.String && !reader.Id.IsEmptyString)
            json.WriteRawValue(reader.Id.In(answer), skipInputValidation: true);
        else
            json.WriteStringValue(id);
        json.WriteString("object"u8, "list"u8);
        json.WritePropertyName("model"u8);
        json.WriteRawValue(request.Model.In(request.Body.Span), skipInputValidation: true);
        WriteResults(json, request, answer, reader.Scores.AsSpan(0, Math.Min(request.TopN, reader.Scores.Length)));
        WriteUsage(json, usage);
        json.WriteEndObject();
        return true;
    }

    private static void WriteResults(Utf8JsonWriter json, RerankRequest request, ReadOnlySpan<byte> answer, ReadOnlySpan<RerankScore> scores)
    {
        json.WriteStartArray("results"u8);
        foreach (var score in scores)
        {
            json.WriteStartObject();
            json.WriteNumber("index"u8, score.Index);
            json.WritePropertyName("relevance_score"u8);
            json.WriteRawValue(score.Text.In(answer), skipInputValidation: true);
            if (request.ReturnsDocuments)
                WriteDocument(json, request.Documents[score.Index], request.Body.Span);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteDocument(Utf8JsonWriter json, RerankDocument document, ReadOnlySpan<byte> body)
    {
        json.WritePropertyName("document"u8);
        if (document.Original.Kind == JsonTokenType.StartObject)
        {
            json.WriteRawValue(document.Original.In(body), skipInputValidation: true);
            return;
        }

        json.WriteStartObject();
        json.WritePropertyName("text"u8);
        json.WriteRawValue(document.Text.In(body), skipInputValidation: true);
        json.WriteEndObject();
    }

    private static void WriteUsage(Utf8JsonWriter json, RerankUsage usage)
    {
        json.WriteStartObject("usage"u8);
        json.WriteNumber("prompt_tokens"u8, usage.PromptTokens);
        json.WriteNumber("total_tokens"u8, usage.TotalTokens);
        json.WriteEndObject();
        json.WriteStartObject("meta"u8);
        json.WriteStartObject("tokens"u8);
        json.WriteNumber("input_tokens"u8, usage.InputTokens);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
