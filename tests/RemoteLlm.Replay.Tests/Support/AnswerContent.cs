using System.Text;
using System.Text.Json;
using RemoteLlm.Replay.Cassettes;
using RemoteLlm.Replay.Recording;

namespace RemoteLlm.Replay.Tests.Support;

/// <summary>Finds answers that are not what their content type says: a slip in a hand-written cassette.</summary>
internal static class AnswerContent
{
    /// <summary>The texts of the answer that must be JSON and are not.</summary>
    public static IEnumerable<string> Faults(Cassette cassette)
    {
        var text = Encoding.UTF8.GetString(MaskedChunks.Join(cassette.Response.Chunks));
        var type = cassette.Response.Headers.FirstOrDefault(header => header.Name == "Content-Type")?.Values[0].Split(';')[0];
        var parts = type switch
        {
            "application/json" => [text],
            "application/x-ndjson" => text.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            "text/event-stream" => Data(text),
            null => throw new InvalidOperationException($"{cassette.Name} has no content type"),
            _ => [],
        };

        // What was cut ends within its last part.
        var whole = cassette.Response.End == ResponseEnd.Cut ? parts.SkipLast(1) : parts;
        return whole.Where(part => !IsJson(part)).Select(part => $"{cassette.Name}: {part}");
    }

    private static string[] Data(string text) =>
        [.. text.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.StartsWith("data:", StringComparison.Ordinal)).Select(line => line["data:".Length..].Trim()).Where(data => data != "[DONE]")];

    private static bool IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
