using System.Text.Json;

namespace RemoteLlm.Replay.Matching;

/// <summary>What a cassette expects of one JSON value. Members that no rule names are not looked at.</summary>
internal abstract record BodyRule
{
    /// <summary>How specific the rule is: of several cassettes that match, the heaviest answers. 2 for a rule about a value, 1 for one about presence.</summary>
    public abstract int Weight { get; }

    /// <summary>Adds to <paramref name="found"/> each place where the value differs from the rule.</summary>
    /// <param name="value">The value; null where the request has none.</param>
    /// <param name="at">Where it stands, such as <c>messages[0].role</c>.</param>
    /// <param name="found">Receives the differences.</param>
    public abstract void Check(JsonElement? value, string at, List<Mismatch> found);

    /// <summary>Absent and null mean the same to LLM servers.</summary>
    protected static bool IsNothing(JsonElement? value) => value is null or { ValueKind: JsonValueKind.Null };
}
