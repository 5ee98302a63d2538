using System.Text.Json;

namespace RemoteLlm.Protocol.Dialects.Json;

/// <summary>Where a value stands in a document that is held whole, so that it can be passed on byte for byte.</summary>
/// <param name="Kind">Its first token; <see cref="JsonTokenType.None"/> when there is no such value.</param>
/// <param name="Start">The offset of its first byte; of the opening quote for a string.</param>
/// <param name="Length">Its bytes, quotes and brackets counted.</param>
internal readonly record struct JsonValue(JsonTokenType Kind, int Start, int Length)
{
    /// <summary>Whether there is nothing: many client libraries send what was not set as null.</summary>
    public bool IsAbsent => Kind is JsonTokenType.None or JsonTokenType.Null;

    /// <summary>Whether it is the string without a character.</summary>
    public bool IsEmptyString => Kind == JsonTokenType.String && Length == 2;

    /// <summary>Its bytes.</summary>
    public ReadOnlySpan<byte> In(ReadOnlySpan<byte> document) => document.Slice(Start, Length);
}
