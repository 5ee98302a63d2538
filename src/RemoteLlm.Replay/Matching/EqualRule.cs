using System.Text.Json;

namespace RemoteLlm.Replay.Matching;

/// <summary>The value is this text, number or truth value; what nothing means to a server is also matched by nothing.</summary>
/// <param name="Value">A JSON scalar other than null.</param>
internal sealed record EqualRule(JsonElement Value) : BodyRule
{
    /// <summary>What nothing means: <c>false</c>, except to an endpoint that streams unless told otherwise.</summary>
    public JsonValueKind Default { get; init; } = JsonValueKind.False;

    /// <inheritdoc/>
    public override int Weight => 2;

    /// <inheritdoc/>
    public override void Check(JsonElement? value, string at, List<Mismatch> found)
    {
        var same = value is { } present && JsonElement.DeepEquals(Value, present);
        var leftOut = Value.ValueKind == Default && IsNothing(value);
        if (!same && !leftOut)
        {
            found.Add(Mismatch.In(at, Value.GetRawText(), value));
        }
    }
}
