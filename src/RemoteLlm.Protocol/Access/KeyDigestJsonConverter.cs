using System.Text.Json;
using System.Text.Json.Serialization;

namespace RemoteLlm.Protocol.Access;

/// <summary>A <see cref="KeyDigest"/> travels as 64 hex digits.</summary>
internal sealed class KeyDigestJsonConverter : JsonConverter<KeyDigest>
{
    public override KeyDigest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && KeyDigest.TryParseHex(reader.GetString(), out var digest)
            ? digest
            : throw new JsonException("A digest is a string of 64 hex digits.");

    public override void Write(Utf8JsonWriter writer, KeyDigest value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToHex());
}
