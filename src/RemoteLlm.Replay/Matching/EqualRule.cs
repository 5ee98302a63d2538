using System.Text.Json;

namespace RemoteLlm.Replay.Matching;

/// <summary>The value is this text, number or truth value; <c>false</c> is also matched by nothing, which is what it means to every server.</summary>
/// <param name="Value">A JSON scalar other than null.</param>
internal sealed record EqualRule(JsonElement Value) : BodyRule
{
    /// <inheritdoc/>
    public override int Weight => 2;

    /// <inheritdoc/>
    public override void Check(JsonElement? value, string at, List<Mismatch> found)
    {
        var same = value is { } present && JsonElement.DeepEquals(Value, present);
        var leftOut = Value.ValueKind == JsonValueKind.False && IsNothing(value);
        if (!same && !leftOut)
        {
            found.Add(Mismatch.In(at, Value.GetRawText(), value));
        }
    }
}
