using System.Text.Json;

namespace RemoteLlm.Replay.Matching;

/// <summary><c>!any</c>: something is there, whatever it is.</summary>
internal sealed record AnyRule : BodyRule
{
    /// <inheritdoc/>
    public override int Weight => 1;

    /// <inheritdoc/>
    public override void Check(JsonElement? value, string at, List<Mismatch> found)
    {
        if (IsNothing(value))
        {
            found.Add(Mismatch.In(at, "anything", value));
        }
    }
}
