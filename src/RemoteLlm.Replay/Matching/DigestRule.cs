using System.Text.Json;

namespace RemoteLlm.Replay.Matching;

/// <summary><c>!sha256 hex</c>: the value is a text whose UTF-8 bytes have this digest. Stands for an image that nobody wants in a cassette.</summary>
internal sealed record DigestRule(string Sha256) : BodyRule
{
    /// <inheritdoc/>
    public override int Weight => 2;

    /// <inheritdoc/>
    public override void Check(JsonElement? value, string at, List<Mismatch> found)
    {
        if (value is not { ValueKind: JsonValueKind.String } text || Digest.OfText(text.GetString()!) != Sha256)
        {
            found.Add(Mismatch.In(at, $"a text with SHA-256 {Sha256}", value));
        }
    }
}
