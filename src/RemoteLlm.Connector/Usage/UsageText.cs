using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Connector.Usage;

/// <summary>A record as a line of JSON.</summary>
internal static partial class UsageText
{
    /// <summary>More than names of members, figures and punctuation take together.</summary>
    private const int Frame = 660;

    /// <summary>Most bytes that one UTF-16 character takes in JSON: <c>\u00e9</c>.</summary>
    private const int Escaped = 6;

    private static readonly SearchValues<char> s_plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:/ ");

    /// <summary>Appends the line with its end.</summary>
    public static void Write(IBufferWriter<byte> output, UsageRecord record)
    {
        using (var json = new Utf8JsonWriter(output))
            JsonSerializer.Serialize(json, record, Lines.Default.UsageRecord);
        output.Write("\n"u8);
    }

    /// <summary>Reads a line without its end; null when it is none that <see cref="Write"/> made.</summary>
    public static UsageRecord? Read(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, Lines.Default.UsageRecord) is { Id.Length: > 0 } record ? record : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>No less than what it takes as text, here or in a batch. Counted, not written: it is asked at the end of every request.</summary>
    public static int MostBytes(UsageRecord record) => Frame
        + Of(record.Id) + Of(record.User) + Of(record.Key) + Of(record.KeyId) + Of(record.Operation) + Of(record.Model) + Of(record.Connector)
        + Of(record.Proof) + Of(record.Server) + Of(record.ServedModel) + Of(record.Error);

    private static int Of(string? text)
    {
        if (text is null)
            return 0;
        return text.AsSpan().ContainsAnyExcept(s_plain) ? text.Length * Escaped : text.Length;
    }

    [JsonSourceGenerationOptions(
        JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
    [JsonSerializable(typeof(UsageRecord))]
    private sealed partial class Lines : JsonSerializerContext;
}
