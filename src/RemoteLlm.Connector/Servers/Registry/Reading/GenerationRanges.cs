using RemoteLlm.Connector.Servers.Registry.Json;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Connector.Servers.Registry.Reading;

/// <summary>A generation parameter, and which values of it make sense.</summary>
/// <param name="Expected">The values in words, behind "must be".</param>
/// <param name="Allows">Whether a value is one of them.</param>
internal sealed record GenerationRange(string Expected, Func<PlacedJson, bool> Allows);

/// <summary>
/// The generation parameters that are checked. Ranges of OpenAI's API reference for its own; of llama.cpp's server README and vLLM's sampling parameters for
/// <c>top_k</c>, <c>min_p</c> and the repetition penalties.
/// </summary>
internal static class GenerationRanges
{
    private const int MaxStops = 4;

    private static readonly Dictionary<string, GenerationRange> s_all = new(StringComparer.Ordinal)
    {
        ["temperature"] = Between(0, 2),
        ["top_p"] = Between(0, 1),
        ["min_p"] = Between(0, 1),
        ["top_k"] = Whole(0),
        ["frequency_penalty"] = Between(-2, 2),
        ["presence_penalty"] = Between(-2, 2),
        ["repeat_penalty"] = Positive(),
        ["repetition_penalty"] = Positive(),
        ["max_tokens"] = Whole(1),
        ["max_completion_tokens"] = Whole(1),
        ["seed"] = new GenerationRange("a whole number", value => value.AsWhole() is not null),
        ["stop"] = new GenerationRange($"a text, or a list of 1 to {MaxStops} texts", IsStop),
    };

    /// <summary>Null for a parameter that is not known here.</summary>
    public static GenerationRange? Find(string name) => s_all.GetValueOrDefault(name);

    /// <summary>" Did you mean …?", where a known name is near.</summary>
    public static string Meant(string name) => NearMisses.Find(name, s_all.Keys) is [var near, ..] ? $" Did you mean \"{near}\"?" : "";

    private static GenerationRange Between(int least, int most) =>
        new($"a number from {least} to {most}", value => value.AsDecimal() is { } number && number >= least && number <= most);

    private static GenerationRange Whole(int least) =>
        new($"a whole number, {least} or more", value => value.AsWhole() is { } number && number >= least && number <= int.MaxValue);

    private static GenerationRange Positive() => new("a number above 0", value => value.AsDecimal() is > 0);

    private static bool IsStop(PlacedJson value) => value.IsString
        ? value.Text.Length > 0
        : value.IsArray && value.Items.Count is >= 1 and <= MaxStops && value.Items.TrueForAll(item => item.IsString && item.Text.Length > 0);
}
