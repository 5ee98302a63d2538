using System.Text.Json;
using RemoteLlm.Replay.Matching;

namespace RemoteLlm.Replay.Cassettes;

/// <summary>Writes a JSON value as the rule that it is met by.</summary>
internal static class BodyRuleWriter
{
    /// <summary>Longer texts are written as a digest: they are images and documents, which make a cassette unreadable.</summary>
    public const int LongestText = 4096;

    /// <summary>Writes the value with everything in it. Null becomes <c>!absent</c>, an empty object or array a rule that says so.</summary>
    public static void Write(YamlText yaml, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteMembers(yaml, value);
                break;
            case JsonValueKind.Array:
                yaml.StartItems(value.GetArrayLength() == 0);
                foreach (var item in value.EnumerateArray())
                {
                    Write(yaml, item);
                }

                yaml.EndItems();
                break;
            case JsonValueKind.String:
                WriteText(yaml, value.GetString()!);
                break;
            case JsonValueKind.Null:
                yaml.Tagged("!absent", "");
                break;
            default:
                yaml.Plain(value.GetRawText());
                break;
        }
    }

    private static void WriteMembers(YamlText yaml, JsonElement value)
    {
        yaml.StartMembers();

        // JSON allows a name twice and servers take the last; YAML does not.
        foreach (var member in value.EnumerateObject().Reverse().DistinctBy(member => member.Name).Reverse())
        {
            yaml.Name(member.Name);
            Write(yaml, member.Value);
        }

        yaml.EndMembers();
    }

    private static void WriteText(YamlText yaml, string text)
    {
        if (text.Length > LongestText)
        {
            yaml.Tagged("!sha256", Digest.OfText(text));
            return;
        }

        yaml.Quoted(text);
    }
}
