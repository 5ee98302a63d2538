using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace RemoteLlm.Replay.Cassettes;

/// <summary>
/// A YAML mapping whose members are taken one by one. What nobody took is an error: a misspelt member of a cassette would otherwise
/// be a rule that silently does not hold.
/// </summary>
internal sealed class YamlMembers
{
    private readonly YamlNode _parent;
    private readonly string _what;
    private readonly string _file;
    private readonly Dictionary<string, YamlNode> _members = new(StringComparer.Ordinal);

    /// <summary>Reads the mapping's names.</summary>
    /// <param name="file">File name for errors.</param>
    /// <param name="node">The mapping.</param>
    /// <param name="what">Its name for errors, such as <c>request</c>.</param>
    public YamlMembers(string file, YamlNode node, string what)
    {
        _parent = node;
        _what = what;
        _file = file;
        if (node is not YamlMappingNode mapping)
        {
            throw Error(node, $"{what} must have members, one 'name: value' a line");
        }

        foreach (var (name, value) in mapping.Children)
        {
            _members.Add(TextOf(name, "a name"), value);
        }
    }

    /// <summary>The value of a member, null when it is not there.</summary>
    public YamlNode? Take(string name) => _members.Remove(name, out var node) ? node : null;

    /// <summary>The value of a member that must be there.</summary>
    public YamlNode Require(string name) => Take(name) ?? throw Error(_parent, $"{_what} needs '{name}'");

    /// <summary>The text of a member, null when it is not there.</summary>
    public string? Text(string name) => Take(name) is { } node ? TextOf(node, $"'{name}'") : null;

    /// <summary>A whole number in a range, or the default when the member is not there.</summary>
    public int Integer(string name, int least, int most, int otherwise)
    {
        if (Take(name) is not { } node)
        {
            return otherwise;
        }

        return int.TryParse(TextOf(node, $"'{name}'"), NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw Error(node, string.Create(CultureInfo.InvariantCulture, $"'{name}' must be a whole number from {least} to {most}"));
    }

    /// <summary>The members in order, each as a text.</summary>
    public IEnumerable<KeyValuePair<string, YamlNode>> TakeAll()
    {
        var all = _members.ToArray();
        _members.Clear();
        return all;
    }

    /// <summary>Fails if a member was not taken.</summary>
    public void Done()
    {
        if (_members.Count > 0)
        {
            var (name, node) = _members.First();
            throw Error(node, $"{_what} has no member '{name}'; see src/RemoteLlm.Replay/README.md");
        }
    }

    /// <summary>The text of a scalar.</summary>
    public string TextOf(YamlNode node, string what) =>
        node is YamlScalarNode scalar ? scalar.Value ?? "" : throw Error(node, $"{what} must be a text");

    /// <summary>An error at a node.</summary>
    public CassetteException Error(YamlNode at, string message) => Error(_file, at.Start, message);

    /// <summary>An error at a place in a file.</summary>
    public static CassetteException Error(string file, Mark at, string message) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{file}:{at.Line}:{at.Column}: {message}"));
}
