using System.Text.Json;

namespace RemoteLlm.Replay.Matching;

/// <summary><c>!absent</c> (or null): nothing is there.</summary>
internal sealed record AbsentRule : BodyRule
{
    /// <inheritdoc/>
    public override int Weight => 1;

    /// <inheritdoc/>
    public override void Check(JsonElement? value, string at, List<Mismatch> found)
    {
        if (!IsNothing(value))
        {
            found.Add(Mismatch.In(at, "nothing", value));
        }
    }
}
