using System.Text;
using RemoteLlm.Protocol.Tests.Dialects.Json;

namespace RemoteLlm.Protocol.Tests.Dialects.Usage;

/// <summary>Draws streams of chat chunks, with usage or without, written in every way that the standards allow.</summary>
internal sealed class RandomChunks(int seed, bool withUsage)
{
    private static readonly string[] LineEnds = ["\n", "\r\n", "\r"];

    private static readonly string[] OtherMembers =
    [
        """"id":"c1"""", """"created":1700000000"""", """"x":{"usage":{"prompt_tokens":9}}"""", """"timings":{"prompt_n":1}"""", """"Usage":null"""",
        """"say":"\"usage\":{}, \ud83d\ude00 漢"""", """"a b":[[],{},"usage"]"""", """"usages":null"""", """"n":-1.5e+3"""",
    ];

    private static readonly string[] Choices =
    [
        "[]", "[ ]", "[]", """[{"index":0,"delta":{"content":"Grüße \"usage\""}}]""", """[{"delta":{"tool_calls":[{"function":{"arguments":{"usage":{"a":1}}}}]},"usage":null}]""",
    ];

    private static readonly string[] Usages = ["null", "{}", """{"prompt_tokens":3,"d":{"x":[1,{}]},"s":"}\""}""", "null", "\"text\"", "[{}]", "7"];

    private readonly Random _random = new(seed);
    private readonly RandomJson _json = new(seed);

    /// <summary>The events, each with its blank line.</summary>
    public List<string> Events() => [.. Enumerable.Range(0, _random.Next(1, 7)).Select(_ => Event())];

    private string Event()
    {
        var end = LineEnds[_random.Next(3)];
        var text = new StringBuilder();
        if (_random.Next(5) == 0)
            text.Append(": comment \"usage\"").Append(end);
        if (_random.Next(5) == 0)
            text.Append("id: 7").Append(end);
        if (_random.Next(8) > 0)
        {
            foreach (var line in Data().Split('\n'))
                text.Append(_random.Next(2) == 0 ? "data: " : "data:").Append(line).Append(end);
        }

        if (_random.Next(8) == 0)
            text.Append("event: \"usage\"").Append(end);

        return text.Append(end).ToString();
    }

    private string Data() => _random.Next(12) switch
    {
        0 => "[DONE]",
        1 => "not \"usage\" json",
        2 => """{"choices":[],"usage":{}""",
        3 => Encoding.UTF8.GetString(_json.Document()).Replace("\r\n", "\n").Replace("\"usage\"", "\"x\""),
        _ => Chunk(),
    };

    private string Chunk()
    {
        var members = Enumerable.Range(0, _random.Next(4)).Select(_ => OtherMembers[_random.Next(OtherMembers.Length)]).ToList();
        if (_random.Next(8) > 0)
            members.Insert(_random.Next(members.Count + 1), "\"choices\"" + Space() + ":" + Space() + Choices[_random.Next(Choices.Length)]);
        for (var usages = !withUsage ? 0 : _random.Next(8) switch { 0 => 0, 1 => 2, _ => 1 }; usages > 0; usages--)
            members.Insert(_random.Next(members.Count + 1), "\"usage\"" + Space() + ":" + Space() + Usages[_random.Next(Usages.Length)]);
        return "{" + Space() + string.Join(',', members.Select(m => Space() + m + Space())) + "}";
    }

    private string Space() => _random.Next(4) == 0 ? new[] { " ", "\n", "\t", "  " }[_random.Next(4)] : "";
}
