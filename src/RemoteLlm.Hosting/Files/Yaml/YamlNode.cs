namespace RemoteLlm.Hosting.Files.Yaml;

/// <summary>A part of a YAML text and where it stands: <c>text[Start..End]</c> is the node, without what follows it on its line.</summary>
internal abstract class YamlNode(int start, int end, int line, int column)
{
    public int Start { get; } = start;

    public int End { get; } = end;

    /// <summary>From 1.</summary>
    public int Line { get; } = line;

    /// <summary>From 1.</summary>
    public int Column { get; } = column;

    public virtual bool IsNull => false;
}

/// <summary>A single value. Its type is for the reader of the field to decide.</summary>
internal sealed class YamlScalar(string value, bool plain, int start, int end, int line, int column) : YamlNode(start, end, line, column)
{
    public string Value { get; } = value;

    public override bool IsNull => plain && Value is "" or "~" or "null" or "Null" or "NULL";
}

/// <summary>A list, in brackets (<paramref name="flow"/>) or with dashes; with dashes the column is that of the dashes.</summary>
internal sealed class YamlSequence(IReadOnlyList<YamlNode> items, bool flow, int start, int end, int line, int column) : YamlNode(start, end, line, column)
{
    public IReadOnlyList<YamlNode> Items { get; } = items;

    public bool IsFlow { get; } = flow;
}

/// <summary>Names with values, in braces (<paramref name="flow"/>) or on lines; on lines the column is that of the names.</summary>
internal sealed class YamlMapping(IReadOnlyList<YamlPair> pairs, bool flow, int start, int end, int line, int column) : YamlNode(start, end, line, column)
{
    public IReadOnlyList<YamlPair> Pairs { get; } = pairs;

    public bool IsFlow { get; } = flow;

    public YamlPair? Find(string name) => Pairs.FirstOrDefault(pair => pair.Key.Value == name);

    /// <summary>The value as text; null where there is none or it is no single value.</summary>
    public string? TextOf(string name) => Find(name)?.Value is YamlScalar { IsNull: false } scalar ? scalar.Value : null;
}

/// <summary>One name with its value.</summary>
internal sealed record YamlPair(YamlScalar Key, YamlNode Value)
{
    public int Start => Key.Start;

    public int End => Math.Max(Key.End, Value.End);
}
