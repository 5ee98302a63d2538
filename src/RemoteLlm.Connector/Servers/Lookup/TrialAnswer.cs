using System.Text.Json;
using RemoteLlm.Protocol.Dialects;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Connector.Servers.Lookup;

/// <summary>Reads and measures the answer to a trial: a stream of events, or JSON as a whole. For one use.</summary>
internal sealed class TrialAnswer(TimeProvider time, long began, TrialModel model)
{
    private const int MaxBytes = 1 << 20;

    private TimeSpan? _first;
    private long _pieces;
    private long? _counted;
    private string? _problem;

    public async Task<ServerTrial> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentType?.MediaType == "text/event-stream")
        {
            await ReadEvents(await content.ReadAsStreamAsync(cancellationToken), cancellationToken);
        }
        else if (await ServerQuery.ReadBounded(content, cancellationToken) is { } body)
        {
            Take(body.Span);
        }

        if (_problem is null && _pieces == 0)
            _problem = model.IsEmbedding ? "the server answered without an embedding" : "the server answered without a word of text";
        return new ServerTrial(model, _problem) { Took = time.GetElapsedTime(began), FirstToken = _first, Tokens = model.IsEmbedding ? 0 : _counted ?? _pieces };
    }

    private async Task ReadEvents(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxBytes];
        var (start, end) = (0, 0);
        while (end < MaxBytes && await stream.ReadAsync(buffer.AsMemory(end), cancellationToken) is var read and > 0)
        {
            end += read;
            while (buffer.AsSpan(start, end - start).IndexOf((byte)'\n') is var length and >= 0)
            {
                var line = buffer.AsSpan(start, length).Trim((byte)'\r');
                start += length + 1;
                if (line.StartsWith("data:"u8) && line["data:".Length..].Trim((byte)' ') is var data && !data.SequenceEqual("[DONE]"u8))
                    TakeEvent(data);
            }
        }
    }

    private void TakeEvent(ReadOnlySpan<byte> data)
    {
        var before = _pieces;
        Take(data);
        if (_pieces > before)
            _first ??= time.GetElapsedTime(began);
    }

    private void Take(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                return;
            if (root.TryGetProperty("error", out var error) && error.ValueKind != JsonValueKind.Null)
                _problem ??= $"the server broke off: {ServerError.Read(Dialect.OpenAi, 500, "application/json", json, truncated: false).Message}";
            if (root.TryGetProperty("usage", out var usage) && usage.ValueKind == JsonValueKind.Object && usage.TryGetProperty("completion_tokens", out var count) && count.TryGetInt64(out var tokens))
                _counted = tokens;
            if (HasText(root) || HasEmbedding(root))
                _pieces++;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            _problem ??= "the server answered with something that is not JSON";
        }
    }

    // Thinking counts: a model that reasons says nothing else in so few tokens.
    private static bool HasText(JsonElement root)
    {
        if (!root.TryGetProperty("choices", out var choices) || choices.ValueKind != JsonValueKind.Array || choices.GetArrayLength() == 0)
            return false;
        var choice = choices[0];
        return (choice.TryGetProperty("delta", out var part) || choice.TryGetProperty("message", out part)) && part.ValueKind == JsonValueKind.Object
            && part.EnumerateObject().Any(member => member.Name is "content" or "reasoning_content" or "reasoning" && member.Value.ValueKind == JsonValueKind.String && member.Value.GetString()!.Length > 0);
    }

    private static bool HasEmbedding(JsonElement root) =>
        root.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Array && data.GetArrayLength() > 0 && data[0].ValueKind == JsonValueKind.Object && data[0].TryGetProperty("embedding", out _);
}
