using System.Text.Encodings.Web;
using System.Text.Json;

namespace RemoteLlm.Broker.Portal.Connect;

/// <summary>
/// Texts as literals of the languages that snippets are written in. Names of models come from other people's machines, and a snippet is pasted into a shell: none of them may end the literal in which it stands.
/// </summary>
internal static class Quoted
{
    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>In double quotes, with the escapes that JSON, JavaScript, Python, C#, TOML and YAML have in common.</summary>
    public static string Text(string text) => JsonSerializer.Serialize(text, s_json);

    /// <summary>In single quotes, for a POSIX shell: nothing in them means anything.</summary>
    public static string Shell(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
