using System.Globalization;
using System.Text.Json;

namespace RemoteLlm.Replay.Matching;

/// <summary>The value is an array of exactly these items, in this order.</summary>
internal sealed record ItemsRule(IReadOnlyList<BodyRule> Items) : BodyRule
{
    /// <inheritdoc/>
    public override int Weight => 1 + Items.Sum(item => item.Weight);

    /// <inheritdoc/>
    public override void Check(JsonElement? value, string at, List<Mismatch> found)
    {
        if (value is not { ValueKind: JsonValueKind.Array } array || array.GetArrayLength() != Items.Count)
        {
            var got = value is { ValueKind: JsonValueKind.Array } other ? Count(other.GetArrayLength()) : null;
            found.Add(got is null ? Mismatch.In(at, Count(Items.Count), value) : new Mismatch(at, Count(Items.Count), got));
            return;
        }

        for (var index = 0; index < Items.Count; index++)
        {
            Items[index].Check(array[index], string.Create(CultureInfo.InvariantCulture, $"{at}[{index}]"), found);
        }
    }

    private static string Count(int count) => string.Create(CultureInfo.InvariantCulture, $"an array of {count}");
}
