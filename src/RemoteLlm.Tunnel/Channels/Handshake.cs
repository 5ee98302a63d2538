using System.Text.Json.Serialization;

namespace RemoteLlm.Tunnel.Channels;

/// <summary>First message of the connector. Source: PROTOCOL.md, section 4.</summary>
/// <param name="MinVersion">Lowest protocol version that the connector speaks.</param>
/// <param name="MaxVersion">Highest protocol version that the connector speaks.</param>
/// <param name="Session">Name of the session, 32 hex digits.</param>
/// <param name="Secret">Secret of the session, 64 hex digits. Must not reach a log.</param>
/// <param name="Channel">Number of the channel within the session, from 0.</param>
/// <param name="Received">Bytes of this channel that the connector has received; 0 in version 1.</param>
public sealed record Hello(int MinVersion, int MaxVersion, string Session, string Secret, int Channel, long Received)
{
    /// <summary>The secret is left out.</summary>
    public override string ToString() => $"hello {MinVersion}..{MaxVersion} session {Session} channel {Channel}";
}

/// <summary>The broker's answer to a <see cref="Hello"/> that it accepts.</summary>
/// <param name="Version">The version spoken from here on.</param>
/// <param name="Received">Bytes of this channel that the broker has received; 0 in version 1.</param>
public sealed record Welcome(int Version, long Received);

/// <summary>Versions that this build speaks.</summary>
public static class ProtocolVersion
{
    /// <summary>Lowest version of PROTOCOL.md that this build speaks.</summary>
    public const int Min = 1;

    /// <summary>Highest version of PROTOCOL.md that this build speaks.</summary>
    public const int Max = 1;

    /// <summary>The highest version that both speak; null when there is none.</summary>
    public static int? Common(int min, int max) => min <= max && min <= Max && max >= Min ? Math.Min(max, Max) : null;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(Hello))]
[JsonSerializable(typeof(Welcome))]
internal sealed partial class HandshakeJson : JsonSerializerContext;
