using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Broker.Usage.Files;

/// <summary>Writes records as lines: one JSON object, names in snake_case, then a line feed. What is null, false or did not happen is left out.</summary>
internal sealed class UsageLineWriter : IDisposable
{
    private readonly Utf8JsonWriter _json = new(Stream.Null, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Appends the line of one record. Its proof is left out.</summary>
    public void Write(IBufferWriter<byte> lines, UsageRecord record)
    {
        _json.Reset(lines);
        _json.WriteStartObject();
        _json.WriteString("id"u8, record.Id);
        _json.WriteString("time"u8, record.Time.UtcDateTime);
        _json.WriteString("user"u8, record.User);
        _json.WriteString("key"u8, record.Key);
        WriteText("key_id"u8, record.KeyId);
        _json.WriteString("connector"u8, record.Connector);
        _json.WriteString("operation"u8, record.Operation);
        _json.WriteString("model"u8, record.Model);
        WriteText("server"u8, record.Server);
        WriteText("served_model"u8, record.ServedModel);
        _json.WriteNumber("status"u8, record.Status);
        WriteText("error"u8, record.Error);
        _json.WriteNumber("prompt_tokens"u8, record.PromptTokens);
        _json.WriteNumber("cached_tokens"u8, record.CachedTokens);
        _json.WriteNumber("completion_tokens"u8, record.CompletionTokens);
        if (record.Estimated)
            _json.WriteBoolean("estimated"u8, value: true);
        if (record.Cost is { } cost)
            _json.WriteNumber("cost"u8, cost);
        if (record.QueuedMs > 0)
            _json.WriteNumber("queued_ms"u8, record.QueuedMs);
        if (record.FirstTokenMs is { } first)
            _json.WriteNumber("first_token_ms"u8, first);
        _json.WriteNumber("duration_ms"u8, record.DurationMs);
        _json.WriteEndObject();
        _json.Flush();
        lines.Write("\n"u8);
    }

    public void Dispose() => _json.Dispose();

    private void WriteText(ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null)
            _json.WriteString(name, text);
    }
}
