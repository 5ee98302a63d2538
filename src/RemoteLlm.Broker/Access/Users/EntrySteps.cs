using RemoteLlm.Broker.Access.Users.Texts;
using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Hosting.Files.Yaml;

namespace RemoteLlm.Broker.Access.Users;

/// <summary>
/// One edit of a user's entry, made in steps: each changes the text and notes what it took away and added, and the whole is checked once at its end. For one use.
/// </summary>
/// <remarks>Between the steps the entry alone is read anew, as a file with one user (<see cref="UsersPart"/>).</remarks>
internal sealed class EntrySteps
{
    /// <summary>Where facts (<see cref="YamlFacts"/>) of an entry stand.</summary>
    public const string UserPath = "/users/-";

    private readonly List<string> _gone = [];
    private readonly List<string> _added = [];
    private readonly UsersPart _part;
    private readonly string _user;
    private string? _text;
    private YamlMapping? _root;

    /// <summary>Steps that begin with the file as it is.</summary>
    /// <param name="file">The file.</param>
    /// <param name="user">Whose entry.</param>
    public EntrySteps(UsersText file, UserRecord user)
    {
        _part = file.PartOf(user);
        (_user, _text, _root) = (user.Name, _part.Text, _part.Root);
    }

    /// <summary>The entry as the steps before have left it; null when there is none, or when a step found no place.</summary>
    public YamlMapping? Entry => _root is null ? null : UsersFileEdits.UserNode(_root, _user);

    /// <summary>Writes a field, in the place of what stands there, or on a line of its own.</summary>
    /// <param name="owner">The part of the entry to which it belongs.</param>
    /// <param name="path">That part's path from the entry; empty for the entry itself.</param>
    /// <param name="name">The field.</param>
    /// <param name="value">What it is to say.</param>
    /// <param name="behind">Fields behind the first of which it goes where it is missing.</param>
    public void Set(Func<YamlMapping, YamlMapping?> owner, string path, string name, YamlDraftScalar value, params ReadOnlySpan<string> behind)
    {
        if (_text is null || Entry is not { } entry || owner(entry) is not { } at)
        {
            Take(null);
            return;
        }

        if (at.Find(name) is { Value: not YamlScalar })
        {
            Remove(owner, path, name);
            Set(owner, path, name, value, behind);
            return;
        }

        Added(value, path, name);
        if (at.Find(name)?.Value is YamlScalar old)
        {
            _gone.AddRange(YamlFacts.Of(old, $"{UserPath}{path}/{name}"));
            Take(YamlInsertion.Replace(_text, old, value));
            return;
        }

        YamlPair? neighbour = null;
        foreach (var other in behind)
            neighbour ??= at.Find(other);
        Take(neighbour is null ? YamlInsertion.AddPair(_text, at, name, value) : YamlInsertion.AddPairBehind(_text, at, neighbour, name, value));
    }

    /// <summary>Takes a field out with all that it says.</summary>
    /// <param name="owner">The part of the entry to which it belongs.</param>
    /// <param name="path">That part's path from the entry; empty for the entry itself.</param>
    /// <param name="name">The field.</param>
    public void Remove(Func<YamlMapping, YamlMapping?> owner, string path, string name)
    {
        if (_text is null || Entry is not { } entry || owner(entry) is not { } at || at.Find(name) is not { } pair)
        {
            Take(null);
            return;
        }

        _gone.AddRange(YamlFacts.Of(pair.Value, $"{UserPath}{path}/{name}"));
        Take(YamlRemoval.RemovePair(_text, at, pair));
    }

    /// <summary>Takes a key out.</summary>
    public void Remove(KeyPlace place)
    {
        _gone.AddRange(place.Facts);
        Take(_text is null ? null : place.RemoveFrom(_text));
    }

    /// <summary>Adds an item to a list of the entry.</summary>
    public void AddItem(string list, YamlDraft item)
    {
        _added.AddRange(CheckedEdit.FactsOf(item, $"{UserPath}/{list}/-"));
        Take(_text is null || Entry is not { } entry ? null : YamlInsertion.AddItem(_text, entry, list, item));
    }

    /// <summary>The edit, or the refusal of it.</summary>
    public TextEdit Done(string message) => _part.Checked(_text, _gone, _added, message);

    private void Added(YamlDraftScalar value, string path, string name) => _added.AddRange(CheckedEdit.FactsOf(value, $"{UserPath}{path}/{name}"));

    private void Take(string? text)
    {
        _text = text;
        _root = text is null ? null : YamlTree.Read(UsersFile.Name, text).Root;
    }
}
