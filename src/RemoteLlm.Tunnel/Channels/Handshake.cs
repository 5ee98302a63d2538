using System.Text.Json.Serialization;

namespace RemoteLlm.Tunnel.Channels;

/// <summary>First message of the connector. Source: PROTOCOL.md, section 4.</summary>
/// <param name="MinVersion">Lowest protocol version that the connector speaks.</param>
/// <param name="MaxVersion">Highest protocol version that the connector speaks.</param>
/// <param name="Session">Name of the session, 32 hex digits.</param>
/// <param name="Secret">Secret of the session, 64 hex digits. Must not reach a log.</param>
/// <param name="Channel">Number of the channel within the session, from 0.</param>
/// <param name="Epoch">Which channel of this number it is, from 1: a greater one is a new channel, the same one is resumed.</param>
/// <param name="Received">Bytes of this channel that the connector has received.</param>
public sealed record Hello(int MinVersion, int MaxVersion, string Session, string Secret, int Channel, long Epoch, long Received)
{
    /// <summary>The secret is left out.</summary>
    public override string ToString() => $"hello {MinVersion}..{MaxVersion} session {Session} channel {Channel} epoch {Epoch}";
}

/// <summary>The broker's answer to a <see cref="Hello"/> that it accepts.</summary>
/// <param name="Version">The version spoken from here on.</param>
/// <param name="Received">Bytes of this channel that the broker has received.</param>
/// <param name="ResumeWindowMs">How long the broker keeps the channel after its socket was lost, milliseconds; 0 when it does not.</param>
public sealed record Welcome(int Version, long Received, long ResumeWindowMs);

/// <summary>Versions that this build speaks.</summary>
public static class ProtocolVersion
{
    /// <summary>Lowest version of PROTOCOL.md that this build speaks.</summary>
    public const int Min = 2;

    /// <summary>Highest version of PROTOCOL.md that this build speaks.</summary>
    public const int Max = 2;

    /// <summary>The highest version that both speak; null when there is none.</summary>
    public static int? Common(int min, int max) => min <= max && min <= Max && max >= Min ? Math.Min(max, Max) : null;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(Hello))]
[JsonSerializable(typeof(Welcome))]
internal sealed partial class HandshakeJson : JsonSerializerContext;
