using System.Text.Json;
using RemoteLlm.Replay.Matching;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace RemoteLlm.Replay.Cassettes;

/// <summary>Reads what a cassette expects of a request body.</summary>
internal static class BodyRuleReader
{
    private const string Stream = "stream";

    /// <summary>A text is a body byte for byte; members or items are rules about JSON.</summary>
    /// <param name="file">File name for errors.</param>
    /// <param name="node">What the cassette says.</param>
    /// <param name="streamsByDefault">Whether a request without <c>stream</c> asks for a stream, as Ollama takes it.</param>
    public static BodyMatcher Read(string file, YamlNode node, bool streamsByDefault) =>
        node is YamlScalarNode { Tag.IsEmpty: true } text ? new TextBodyMatcher(text.Value ?? "") : new JsonBodyMatcher(Body(Rule(file, node), streamsByDefault));

    /// <summary>Fields of a multipart form, each with a rule about its text.</summary>
    public static BodyMatcher ReadForm(string file, YamlNode node) =>
        new FormMatcher([.. new YamlMembers(file, node, "form").TakeAll().Select(pair => KeyValuePair.Create(pair.Key, Rule(file, pair.Value)))]);

    private static BodyRule Body(BodyRule rule, bool streamsByDefault) => rule is MembersRule members && streamsByDefault
        ? new MembersRule([.. members.Members.Select(member => KeyValuePair.Create(member.Key, member is { Key: Stream, Value: EqualRule equal } ? equal with { Default = JsonValueKind.True } : member.Value))])
        : rule;

    private static BodyRule Rule(string file, YamlNode node) => node switch
    {
        YamlMappingNode mapping => new MembersRule([.. Members(file, mapping)]),
        YamlSequenceNode list => new ItemsRule([.. list.Children.Select(item => Rule(file, item))]),
        YamlScalarNode { Tag.IsEmpty: true } scalar => Scalar(scalar),
        YamlScalarNode scalar => Tagged(file, scalar),
        _ => throw YamlMembers.Error(file, node.Start, "a rule is a value, a list or members"),
    };

    private static IEnumerable<KeyValuePair<string, BodyRule>> Members(string file, YamlMappingNode mapping) =>
        new YamlMembers(file, mapping, "body").TakeAll().Select(pair => KeyValuePair.Create(pair.Key, Rule(file, pair.Value)));

    private static BodyRule Tagged(string file, YamlScalarNode scalar) => scalar.Tag.Value switch
    {
        "!any" => new AnyRule(),
        "!absent" => new AbsentRule(),
        "!contains" when !string.IsNullOrEmpty(scalar.Value) => new ContainsRule(scalar.Value),
        "!sha256" when scalar.Value is { Length: 64 } digest => new DigestRule(digest.ToLowerInvariant()),
        _ => throw YamlMembers.Error(file, scalar.Start, "a rule is !any, !absent, '!contains text' or '!sha256' with 64 hexadecimal digits"),
    };

    /// <summary>Plain scalars are what JSON would read; everything in quotes is a text.</summary>
    private static BodyRule Scalar(YamlScalarNode scalar)
    {
        var text = scalar.Value ?? "";
        if (scalar.Style == ScalarStyle.Plain)
        {
            if (text is "" or "~" or "null")
            {
                return new AbsentRule();
            }

            if (ReadJson(text) is { ValueKind: JsonValueKind.True or JsonValueKind.False or JsonValueKind.Number } value)
            {
                return new EqualRule(value);
            }
        }

        return new EqualRule(JsonSerializer.SerializeToElement(text));
    }

    private static JsonElement? ReadJson(string text)
    {
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
