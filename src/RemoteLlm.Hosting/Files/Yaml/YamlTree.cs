using RemoteLlm.Hosting.Files.Edited;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace RemoteLlm.Hosting.Files.Yaml;

/// <summary>
/// Reads the YAML that our files are made of: one document, a mapping at its root, no anchors, aliases or tags. That leaves nothing that expands, so the
/// size of the text bounds everything.
/// </summary>
internal sealed class YamlTree
{
    /// <summary>Deepest nesting; our files need six.</summary>
    private const int MaximumDepth = 16;

    private readonly Parser _parser;
    private readonly string _text;

    private YamlTree(Parser parser, string text)
    {
        _parser = parser;
        _text = text;
    }

    /// <summary>The root mapping, or what is wrong. A text without content is an empty mapping of no length at its end.</summary>
    public static (YamlMapping? Root, FileProblem? Problem) Read(string file, string text)
    {
        var scanner = new Scanner(new StringReader(text));
        try
        {
            return (new YamlTree(new Parser(scanner), text).ReadDocument(), null);
        }
        catch (YamlException e)
        {
            // Some errors carry the beginning of the whole document as their position; where the scanner stands is nearer.
            var at = e is RefusedException || e.Start.Index > 0 ? e.Start : scanner.CurrentPosition;
            return (null, new FileProblem(file, (int)at.Line, (int)at.Column, Sentence(e)));
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // YamlDotNet 16.3 answers so to a bracket that is never closed, and to "\ud800\u0041", half a character.
            var at = scanner.CurrentPosition;
            return (null, new FileProblem(file, (int)at.Line, (int)at.Column, "This cannot be read as YAML; is a bracket, brace or quote before it left open, or a \\u wrong?"));
        }
    }

    private static string Sentence(YamlException e) => e is RefusedException ? e.Message : $"This cannot be read as YAML: {e.Message.TrimEnd('.')}.";

    private YamlMapping ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (!_parser.TryConsume<DocumentStart>(out _))
        {
            return new YamlMapping([], false, _text.Length, _text.Length, 1, 1);
        }

        var root = ReadNode(0);
        _parser.Consume<DocumentEnd>();
        if (_parser.Accept<DocumentStart>(out var second))
        {
            throw new RefusedException(second, "A second document begins here; remove the --- line, one file is one document.");
        }

        return root switch
        {
            YamlMapping mapping => mapping,
            { IsNull: true } => new YamlMapping([], false, root.End, root.End, root.Line, column: 1),
            _ => throw new RefusedException(root, "Expected names with values here, such as \"users:\"."),
        };
    }

    private YamlNode ReadNode(int depth)
    {
        RefuseWhatExpands(depth);
        if (_parser.TryConsume<Scalar>(out var scalar))
        {
            // What is absent at the end of the text is marked one character behind it.
            return new YamlScalar(
                scalar.Value,
                scalar.Style == ScalarStyle.Plain,
                Math.Min((int)scalar.Start.Index, _text.Length),
                Math.Min((int)scalar.End.Index, _text.Length),
                (int)scalar.Start.Line,
                (int)scalar.Start.Column);
        }

        return _parser.TryConsume<SequenceStart>(out var sequence) ? ReadSequence(sequence, depth) : ReadMapping(_parser.Consume<MappingStart>(), depth);
    }

    private YamlSequence ReadSequence(SequenceStart start, int depth)
    {
        var flow = start.Style == SequenceStyle.Flow;
        var items = new List<YamlNode>();
        SequenceEnd? end;
        while (!_parser.TryConsume<SequenceEnd>(out end))
        {
            items.Add(ReadNode(depth + 1));
        }

        // The marks of an end lie before the closing bracket, or after the comments that follow the last line: neither is where the content ends.
        var last = flow ? (int)end.Start.Index + 1 : items.Count > 0 ? items[^1].End : (int)start.End.Index;
        return new YamlSequence(items, flow, (int)start.Start.Index, last, (int)start.Start.Line, (int)start.Start.Column);
    }

    private YamlMapping ReadMapping(MappingStart start, int depth)
    {
        var flow = start.Style == MappingStyle.Flow;
        var pairs = new List<YamlPair>();
        MappingEnd? end;
        while (!_parser.TryConsume<MappingEnd>(out end))
        {
            var key = ReadNode(depth + 1);
            var value = ReadNode(depth + 1);
            value = flow ? value : Placed(value, key);
            pairs.Add(new YamlPair(key as YamlScalar ?? throw new RefusedException(key, "A name must be plain text."), value));
        }

        var last = flow ? (int)end.Start.Index + 1 : pairs.Count > 0 ? pairs[^1].End : (int)start.End.Index;
        return new YamlMapping(pairs, flow, (int)start.Start.Index, last, (int)start.Start.Line, (int)start.Start.Column);
    }

    // Where a name on a line has not even a colon ("? name"), what is absent is marked at whatever comes next, lines below.
    private YamlNode Placed(YamlNode value, YamlNode key) =>
        value.IsNull && value.Start == value.End && value.Start > key.End && _text[value.Start - 1] != ':' ? new YamlScalar("", true, key.End, key.End, key.Line, key.Column) : value;

    private void RefuseWhatExpands(int depth)
    {
        if (depth > MaximumDepth)
        {
            throw new RefusedException(_parser.Current!, "This is nested too deeply.");
        }

        if (_parser.Accept<AnchorAlias>(out var alias))
        {
            throw new RefusedException(alias, "A value that begins with * must stand in quotes; aliases are not supported.");
        }

        if (_parser.Accept<NodeEvent>(out var node) && !node.Anchor.IsEmpty)
        {
            throw new RefusedException(node, "A value that begins with & must stand in quotes; anchors are not supported.");
        }

        if (node is not null && !node.Tag.IsEmpty && !node.Tag.IsNonSpecific)
        {
            throw new RefusedException(node, "A value that begins with ! must stand in quotes; tags are not supported.");
        }
    }

    /// <summary>Well-formed YAML that we do not take. Stays inside this file.</summary>
    private sealed class RefusedException : YamlException
    {
        public RefusedException(ParsingEvent at, string message)
            : base(at.Start, at.End, message)
        {
        }

        public RefusedException(YamlNode at, string message)
            : base(new Mark(at.Start, at.Line, at.Column), new Mark(at.End, at.Line, at.Column), message)
        {
        }
    }
}
