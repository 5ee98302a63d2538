using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace RemoteLlm.EndToEnd.Tests.Corpus;

/// <summary>
/// What is left of a stream of chunks for a client that asked for no usage: a frame that was sent for its usage is gone, of others the member. Written without a look at how the
/// connector does it: the whole stream at once, as text, each chunk parsed. Chunks have no blanks between their members, as servers send them.
/// </summary>
internal static partial class UsageRemoved
{
    /// <summary>What is left.</summary>
    /// <param name="stream">The whole stream.</param>
    /// <param name="frames">How many frames are gone.</param>
    /// <param name="members">From how many others the member was taken.</param>
    public static byte[] From(byte[] stream, out int frames, out int members)
    {
        // Latin-1 keeps every byte, also where the stream is cut within a character.
        var (gone, taken) = (0, 0);
        var left = Frame().Replace(Encoding.Latin1.GetString(stream), frame =>
        {
            if (Data().Match(frame.Value) is not { Success: true } line || Chunk(line.Groups["json"].Value) is not { } chunk)
                return frame.Value;
            var kept = chunk.EnumerateObject().Where(member => member.Name != "usage").ToList();
            if (!chunk.TryGetProperty("usage", out var usage) || usage.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null))
                return frame.Value;
            if (usage.ValueKind == JsonValueKind.Object && chunk.TryGetProperty("choices", out var choices) && choices is { ValueKind: JsonValueKind.Array } && choices.GetArrayLength() == 0)
            {
                gone++;
                return "";
            }

            taken++;
            var json = "{" + string.Join(',', kept.Select(member => Latin(member.ToString()))) + "}";
            return frame.Value.Replace(line.Groups["json"].Value, json, StringComparison.Ordinal);
        });
        (frames, members) = (gone, taken);
        return Encoding.Latin1.GetBytes(left);
    }

    private static string Latin(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    private static JsonElement? Chunk(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(Encoding.Latin1.GetBytes(json));
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"(?:[^\r\n]+(?:\r\n|\r|\n))+(?:\r\n|\r|\n)", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Frame();

    [GeneratedRegex(@"^data: ?(?<json>[^\r\n]*)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Data();
}
