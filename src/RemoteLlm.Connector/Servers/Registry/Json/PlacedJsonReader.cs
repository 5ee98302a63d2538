using System.Text;
using System.Text.Json;
using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Connector.Servers.Registry.Json;

/// <summary>Reads JSON as people write it: with <c>//</c> and <c>/* */</c> comments, and commas behind the last of a list.</summary>
internal static class PlacedJsonReader
{
    /// <summary>Deeper than any configuration, and what <see cref="Utf8JsonReader"/> allows by default.</summary>
    public const int MaxDepth = 64;

    private static readonly JsonReaderOptions s_options = new() { AllowTrailingCommas = true, MaxDepth = MaxDepth };

    /// <summary>The value that a text holds, or why it is not JSON.</summary>
    /// <param name="file">The file's name, for the message.</param>
    /// <param name="text">The text, which holds no half of a surrogate pair.</param>
    public static (PlacedJson? Root, FileProblem? Problem) Read(string file, string text)
    {
        if (JsonComment.FindAll(text) is [.., { IsOpen: true } open])
        {
            var place = new TextCursor(text, Encoding.UTF8.GetBytes(text)).To(Encoding.UTF8.GetByteCount(text.AsSpan(0, open.Start)));
            return (null, new FileProblem(file, place.Line, place.Column, "This comment has no end; close it with */."));
        }

        // The reader's own way with comments knows none between a name and its colon.
        text = JsonComment.Blank(text);
        var bytes = Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(bytes, s_options);
        var cursor = new TextCursor(text, bytes);
        try
        {
            reader.Read();
            var root = Value(ref reader, cursor);
            while (reader.Read())
            {
                // Only blanks may follow; anything else is refused by the reader.
            }

            return (root, null);
        }
        catch (JsonException fault)
        {
            return (null, JsonSyntax.Explain(file, text, bytes, fault));
        }
        catch (InvalidOperationException)
        {
            return (null, new FileProblem(file, cursor.Line, cursor.Column, "This text holds half of a surrogate pair (\\ud800 to \\udfff); write the character itself."));
        }
    }

    private static PlacedJson Value(ref Utf8JsonReader reader, TextCursor cursor)
    {
        var at = cursor.To((int)reader.TokenStartIndex);
        var (start, line, column) = (at.At, at.Line, at.Column);
        PlacedJson value;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                value = new PlacedJson(JsonValueKind.Object, start, line, column);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                    value.Members.Add(Member(ref reader, cursor));
                break;
            case JsonTokenType.StartArray:
                value = new PlacedJson(JsonValueKind.Array, start, line, column);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    value.Items.Add(Value(ref reader, cursor));
                break;
            case JsonTokenType.String:
                value = new PlacedJson(JsonValueKind.String, start, line, column) { Text = reader.GetString()! };
                break;
            default:
                value = new PlacedJson(KindOf(reader.TokenType), start, line, column) { Text = Encoding.UTF8.GetString(reader.ValueSpan) };
                break;
        }

        value.End = cursor.To((int)reader.BytesConsumed).At;
        return value;
    }

    private static PlacedMember Member(ref Utf8JsonReader reader, TextCursor cursor)
    {
        var at = cursor.To((int)reader.TokenStartIndex);
        var (start, line, column) = (at.At, at.Line, at.Column);
        var name = reader.GetString()!;
        reader.Read();
        return new PlacedMember(name, start, line, column, Value(ref reader, cursor));
    }

    private static JsonValueKind KindOf(JsonTokenType token) => token switch
    {
        JsonTokenType.Number => JsonValueKind.Number,
        JsonTokenType.True => JsonValueKind.True,
        JsonTokenType.False => JsonValueKind.False,
        _ => JsonValueKind.Null,
    };
}
