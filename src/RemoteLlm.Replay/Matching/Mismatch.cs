using System.Text.Json;

namespace RemoteLlm.Replay.Matching;

/// <summary>One difference between a request and a cassette, for the reader of a 404.</summary>
/// <param name="At">Where, such as <c>model</c> or <c>messages[0].role</c>.</param>
/// <param name="Wanted">What the cassette asks for.</param>
/// <param name="Got">What the request has.</param>
internal sealed record Mismatch(string At, string Wanted, string Got)
{
    private const int ShownLength = 60;

    /// <summary>A difference in a JSON value, shortened for reading.</summary>
    public static Mismatch In(string at, string wanted, JsonElement? value) =>
        new(at, Shorten(wanted), value is { } present ? Shorten(present.GetRawText()) : "nothing");

    /// <summary>Cuts long text so that an error stays readable, never within a surrogate pair.</summary>
    public static string Shorten(string text)
    {
        if (text.Length <= ShownLength)
        {
            return text;
        }

        var end = char.IsHighSurrogate(text[ShownLength - 1]) ? ShownLength - 1 : ShownLength;
        return text[..end] + "...";
    }

    /// <inheritdoc/>
    public override string ToString() => $"{At}: wants {Wanted}, got {Got}";
}
