using System.Text;

namespace RemoteLlm.Connector.Servers.Registry.Json;

/// <summary>Goes forward through a text by its UTF-8 bytes, in which a JSON reader counts, and knows character, line and column. Lines end with a line feed.</summary>
/// <param name="text">The text.</param>
/// <param name="bytes">The same as UTF-8.</param>
internal sealed class TextCursor(string text, byte[] bytes)
{
    private int _byte;
    private int _lineStart;

    /// <summary>The character at which it stands.</summary>
    public int At { get; private set; }

    /// <summary>Its line, from 1.</summary>
    public int Line { get; private set; } = 1;

    /// <summary>Its column, from 1, in characters.</summary>
    public int Column => At - _lineStart + 1;

    /// <summary>Goes to a byte that is not behind it, the first of a character.</summary>
    public TextCursor To(int offset)
    {
        var characters = Encoding.UTF8.GetCharCount(bytes, _byte, offset - _byte);
        for (var end = At + characters; At < end; At++)
        {
            if (text[At] == '\n')
                (Line, _lineStart) = (Line + 1, At + 1);
        }

        _byte = offset;
        return this;
    }
}
