using System.Text.Json;

namespace RemoteLlm.Replay.Matching;

/// <summary><c>!contains text</c>: the value is a text that has this one in it, or an object or array with such a text somewhere inside.</summary>
internal sealed record ContainsRule(string Text) : BodyRule
{
    /// <inheritdoc/>
    public override int Weight => 2;

    /// <inheritdoc/>
    public override void Check(JsonElement? value, string at, List<Mismatch> found)
    {
        if (value is not { } present || !IsIn(present))
        {
            found.Add(Mismatch.In(at, $"a text with \"{Text}\"", value));
        }
    }

    private bool IsIn(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!.Contains(Text, StringComparison.Ordinal),
        JsonValueKind.Array => value.EnumerateArray().Any(IsIn),
        JsonValueKind.Object => value.EnumerateObject().Any(member => IsIn(member.Value)),
        _ => false,
    };
}
