using System.Text.Encodings.Web;
using System.Text.Json;

namespace RemoteLlm.Connector.Servers.Registry.Editing;

/// <summary>An object that is to be written into a JSON text, as a person would write it.</summary>
/// <param name="members">Each with its value as JSON in one line.</param>
internal sealed class JsonDraft(IReadOnlyList<(string Name, string Json)> members)
{
    /// <summary>What fits into a line of an editor beside an indentation.</summary>
    private const int LongestLine = 110;

    private static readonly JsonSerializerOptions s_plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Text(string text) => JsonSerializer.Serialize(text, s_plain);

    public static string List(IEnumerable<string> texts) => $"[{string.Join(", ", texts.Select(Text))}]";

    public static string Map(IEnumerable<KeyValuePair<string, string>> members) => $"{{{string.Join(", ", members.Select(member => $"{Text(member.Key)}: {Text(member.Value)}"))}}}";

    public string InOneLine() => $"{{{string.Join(", ", members.Select(member => $"{Text(member.Name)}: {member.Json}"))}}}";

    /// <summary>In one line where that is short enough, else a member a line; the first line is indented already.</summary>
    public string OnLines(JsonLayout layout, string indent)
    {
        if (InOneLine() is { Length: <= LongestLine } line)
            return line;
        var inner = layout.NewLine + indent + layout.Unit;
        return $"{{{inner}{string.Join("," + inner, members.Select(member => $"{Text(member.Name)}: {member.Json}"))}{layout.NewLine}{indent}}}";
    }
}
