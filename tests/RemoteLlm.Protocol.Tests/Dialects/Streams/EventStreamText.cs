using System.Text;

namespace RemoteLlm.Protocol.Tests.Dialects.Streams;

/// <summary>One dispatched event.</summary>
internal sealed record StreamEvent(string Name, string Data);

/// <summary>Reads a whole stream by the letter of the standard, as slowly and plainly as can be: what the tracker is compared with.</summary>
internal static class EventStreamText
{
    public static List<StreamEvent> Read(byte[] stream)
    {
        var events = new List<StreamEvent>();
        var (name, data) = ("", new List<string>());
        foreach (var line in Lines(Encoding.UTF8.GetString(stream)))
        {
            if (line.Length == 0)
            {
                if (data.Count > 0)
                    events.Add(new StreamEvent(name, string.Join('\n', data)));
                (name, data) = ("", []);
                continue;
            }

            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var field = colon < 0 ? line : line[..colon];
            var value = colon < 0 ? "" : line[(colon + 1)..];
            if (value.StartsWith(' '))
                value = value[1..];
            if (field == "data")
                data.Add(value);
            else if (field == "event")
                name = value;
        }

        return events;
    }

    // What follows the last line end is no line.
    private static string[] Lines(string text) => text.Replace("\r\n", "\n").Replace('\r', '\n').Split('\n')[..^1];
}
