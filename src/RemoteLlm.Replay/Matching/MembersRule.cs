using System.Text.Json;

namespace RemoteLlm.Replay.Matching;

/// <summary>The value is an object that has at least these members.</summary>
internal sealed record MembersRule(IReadOnlyList<KeyValuePair<string, BodyRule>> Members) : BodyRule
{
    /// <inheritdoc/>
    public override int Weight => 1 + Members.Sum(member => member.Value.Weight);

    /// <inheritdoc/>
    public override void Check(JsonElement? value, string at, List<Mismatch> found)
    {
        if (value is not { ValueKind: JsonValueKind.Object } parent)
        {
            found.Add(Mismatch.In(at.Length == 0 ? "body" : at, "an object", value));
            return;
        }

        foreach (var (name, rule) in Members)
        {
            rule.Check(parent.TryGetProperty(name, out var child) ? child : null, at.Length == 0 ? name : $"{at}.{name}", found);
        }
    }
}
