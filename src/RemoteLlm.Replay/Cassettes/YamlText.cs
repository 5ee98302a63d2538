using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace RemoteLlm.Replay.Cassettes;

/// <summary>Writes YAML in the order of the calls. What is written is read back as the same text, whatever characters it has.</summary>
internal sealed class YamlText
{
    private readonly Emitter _emitter;

    /// <summary>Starts a document.</summary>
    /// <param name="output">Receives the text; remains the caller's.</param>
    public YamlText(TextWriter output)
    {
        // No folding: a line that YAML breaks is hard to compare with what went over the wire.
        _emitter = new Emitter(output, new EmitterSettings(bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024));
        _emitter.Emit(new StreamStart());
        _emitter.Emit(new DocumentStart(null, null, isImplicit: true));
    }

    /// <summary>Starts a mapping.</summary>
    public void StartMembers() => _emitter.Emit(new MappingStart());

    /// <summary>Ends a mapping.</summary>
    public void EndMembers() => _emitter.Emit(new MappingEnd());

    /// <summary>Starts a list.</summary>
    public void StartItems(bool isEmpty = false) =>
        _emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, isEmpty ? SequenceStyle.Flow : SequenceStyle.Block));

    /// <summary>Ends a list.</summary>
    public void EndItems() => _emitter.Emit(new SequenceEnd());

    /// <summary>A name, a number or a word of ours, as it is.</summary>
    public void Plain(string word) => _emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, word, ScalarStyle.Plain, isPlainImplicit: true, isQuotedImplicit: false));

    /// <summary>A name from outside, quoted where it must be.</summary>
    public void Name(string name) => _emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, name, IsBlock(name) ? ScalarStyle.Any : ScalarStyle.DoubleQuoted, true, true));

    /// <summary>A scalar with a tag such as <c>!any</c>.</summary>
    public void Tagged(string tag, string text) => _emitter.Emit(new Scalar(AnchorName.Empty, tag, text, ScalarStyle.DoubleQuoted, isPlainImplicit: false, isQuotedImplicit: false));

    /// <summary>A text in quotes.</summary>
    public void Quoted(string text) => _emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, text, ScalarStyle.DoubleQuoted, false, true));

    /// <summary>A body: as a block where that keeps every byte, for the reader's sake, else in quotes with escapes.</summary>
    public void Body(string text)
    {
        var style = IsBlock(text) ? ScalarStyle.Literal : ScalarStyle.DoubleQuoted;
        _emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, text, style, isPlainImplicit: false, isQuotedImplicit: true));
    }

    /// <summary>Ends the document.</summary>
    public void Finish()
    {
        _emitter.Emit(new DocumentEnd(isImplicit: true));
        _emitter.Emit(new StreamEnd());
    }

    /// <summary>A block keeps printable text that starts with a visible character; anything else is safer with escapes.</summary>
    private static bool IsBlock(string text) => text.Length > 0 && text[0] is > ' ' and not '#' && text.All(c => c == '\n' || IsVisible(c));

    private static bool IsVisible(char c) => c is >= ' ' and <= '~' or (>= '\u00A1' and <= '\u1FFF') or (>= '\u2030' and <= '\u205E') or (>= '\u2070' and <= '\uD7FF');
}
