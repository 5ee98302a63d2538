using System.Text;

namespace RemoteLlm.Hosting.Files.Yaml;

/// <summary>Something new for a YAML text, which can be written in either style: on lines, or in braces and brackets.</summary>
internal abstract record YamlDraft
{
    /// <summary>In one line.</summary>
    public abstract string InFlow();

    /// <summary>On lines with <paramref name="indent"/> spaces, each ended by <paramref name="newLine"/>.</summary>
    public abstract string OnLines(int indent, string newLine);
}

/// <summary>A single value, already in the form in which it is to be written.</summary>
internal sealed record YamlDraftScalar(string Written) : YamlDraft
{
    public override string InFlow() => Written;

    public override string OnLines(int indent, string newLine) => new string(' ', indent) + Written + newLine;
}

/// <summary>A list.</summary>
internal sealed record YamlDraftSequence(params YamlDraft[] Items) : YamlDraft
{
    public override string InFlow() => $"[{string.Join(", ", Items.Select(item => item.InFlow()))}]";

    // An item's first line stands beside the dash.
    public override string OnLines(int indent, string newLine) =>
        string.Concat(Items.Select(item => string.Concat(new string(' ', indent), "- ", item.OnLines(indent + 2, newLine).AsSpan(indent + 2))));
}

/// <summary>Names with values.</summary>
internal sealed record YamlDraftMapping(params (string Name, YamlDraft Value)[] Pairs) : YamlDraft
{
    public override string InFlow() => $"{{{string.Join(", ", Pairs.Select(pair => $"{pair.Name}: {pair.Value.InFlow()}"))}}}";

    public override string OnLines(int indent, string newLine)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in Pairs)
        {
            text.Append(' ', indent).Append(name).Append(':');
            _ = value is YamlDraftScalar ? text.Append(' ').Append(value.InFlow()).Append(newLine) : text.Append(newLine).Append(value.OnLines(indent + 2, newLine));
        }

        return text.ToString();
    }
}
