using System.Buffers.Text;
using System.Text.Json;
using RemoteLlm.Protocol.Dialects.Json;

namespace RemoteLlm.Protocol.Dialects.Rerank;

/// <summary>
/// Reads a server's answer, whichever it is: <c>results</c> (llama.cpp, vLLM, Jina, Cohere, Infinity), <c>data</c> (Voyage) or a bare list (TEI); the score
/// <c>relevance_score</c> or <c>score</c>. Throws <see cref="JsonException"/> where it is not JSON, as with Python's <c>NaN</c>.
/// </summary>
internal ref struct RerankAnswerReader(ReadOnlySpan<byte> answer)
{
    private readonly ReadOnlySpan<byte> _answer = answer;
    private JsonValue _results;
    private JsonValue _data;
    private long? _promptTokens;
    private long? _totalTokens;
    private long? _inputTokens;

    /// <summary>The server's id of the answer; absent with some.</summary>
    public JsonValue Id { get; private set; }

    /// <summary>What was read, the best first.</summary>
    public RerankScore[] Scores { get; private set; } = [];

    /// <summary>
    /// Reads the answer. False when it has no result, or one without a score or with an index that is out of range or came before.
    /// </summary>
    /// <param name="documents">How many documents the request had.</param>
    public bool TryRead(int documents)
    {
        TakeMembers();
        var list = _results.IsAbsent ? _data : _results;
        return list.Kind == JsonTokenType.StartArray && TryReadScores(list, documents);
    }

    /// <summary>What the server said it took, or the estimate.</summary>
    public readonly RerankUsage Usage(long estimate) => RerankUsage.From(_promptTokens, _totalTokens, _inputTokens, estimate);

    private void TakeMembers()
    {
        var parts = new JsonParts(_answer);
        if (parts.Kind == JsonTokenType.StartArray)
            _results = new JsonValue(JsonTokenType.StartArray, 0, _answer.Length);
        foreach (var part in parts)
        {
            if (part.NameIs("results"u8))
                _results = part.Value;
            else if (part.NameIs("data"u8))
                _data = part.Value;
            else if (part.NameIs("id"u8))
                Id = part.Value;
            else if (part.NameIs("usage"u8))
                TakeUsage(part.Value);
            else if (part.NameIs("meta"u8))
                TakeMeta(part.Value);
        }
    }

    private void TakeUsage(JsonValue usage)
    {
        foreach (var part in new JsonParts(_answer, usage))
        {
            if (part.NameIs("prompt_tokens"u8))
                _promptTokens = CountIn(part.Value);
            else if (part.NameIs("total_tokens"u8))
                _totalTokens = CountIn(part.Value);
        }
    }

    // Cohere's. Its billed_units count searches, not tokens.
    private void TakeMeta(JsonValue meta)
    {
        foreach (var part in new JsonParts(_answer, meta))
        {
            if (!part.NameIs("tokens"u8))
                continue;
            foreach (var count in new JsonParts(_answer, part.Value))
            {
                if (count.NameIs("input_tokens"u8))
                    _inputTokens = CountIn(count.Value);
            }
        }
    }

    /// <summary>A count of tokens. 0 is none: no query and document take none, and older servers have it where they do not count.</summary>
    private readonly long? CountIn(JsonValue value)
    {
        var text = value.In(_answer);
        return value.Kind == JsonTokenType.Number && Utf8Parser.TryParse(text, out long count, out var length) && length == text.Length && count > 0 ? count : null;
    }

    private bool TryReadScores(JsonValue list, int documents)
    {
        var read = new List<RerankScore>(documents);
        var seen = new bool[documents];
        foreach (var part in new JsonParts(_answer, list))
        {
            if (part.Value.Kind != JsonTokenType.StartObject || !TryReadScore(part.Value, out var score) || score.Index >= documents || seen[score.Index])
                return false;
            seen[score.Index] = true;
            read.Add(score);
        }

        read.Sort(RerankScore.BestFirst);
        Scores = [.. read];
        return Scores.Length > 0;
    }

    private readonly bool TryReadScore(JsonValue result, out RerankScore score)
    {
        JsonValue index = default, relevance = default, plain = default;
        foreach (var part in new JsonParts(_answer, result))
        {
            if (part.NameIs("index"u8))
                index = part.Value;
            else if (part.NameIs("relevance_score"u8))
                relevance = part.Value;
            else if (part.NameIs("score"u8))
                plain = part.Value;
        }

        score = default;
        var value = relevance.IsAbsent ? plain : relevance;
        var place = index.In(_answer);
        if (index.Kind != JsonTokenType.Number || value.Kind != JsonTokenType.Number
            || !Utf8Parser.TryParse(place, out int document, out var length) || length != place.Length || document < 0)
        {
            return false;
        }

        score = new RerankScore(document, JsonNumber.ToDouble(value.In(_answer)), value);
        return true;
    }
}
