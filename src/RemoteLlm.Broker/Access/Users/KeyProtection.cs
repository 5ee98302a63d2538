using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Hosting.Files.Yaml;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Access.Users;

/// <summary>
/// Puts <c>prefix:</c> and <c>hash:</c> in the place of keys that stand in <c>users.yaml</c> as they are. A key of the short form becomes an entry of <c>keys:</c> in the same place; where its
/// user has such a list already, it joins that.
/// </summary>
internal static class KeyProtection
{
    /// <summary>The text without plain keys; null where it is written in a way that this cannot change.</summary>
    /// <param name="text">A file without an error.</param>
    /// <param name="plain">The keys that were found plain, in the order of the file.</param>
    public static string? Protect(string text, out IReadOnlyList<PlainKey> plain)
    {
        var found = new List<PlainKey>();
        plain = found;
        var cuts = new List<TextCut>();
        var joins = 0;
        var comments = YamlComments.Read(text);
        foreach (var user in UsersOf(text))
        {
            var name = user.TextOf("gitlab_username")?.Trim() ?? "";
            foreach (var key in (user.Find("keys")?.Value as YamlSequence)?.Items.OfType<YamlMapping>() ?? [])
            {
                if (PlainIn(key) is not { } pair)
                    continue;
                found.Add(PlainKey.Listed(name, key));
                Cover(text, key, pair, found[^1], comments, cuts);
            }

            if (PlainIn(user) is not { } typed)
                continue;
            found.Add(PlainKey.Short(name, user, SourceOf(text, user.Find("created_at"))));
            if (user.Find("keys") is null)
                cuts.Add(new TextCut(typed.Start, typed.End, InPlace(text, user, typed, new YamlDraftMapping(("keys", new YamlDraftSequence(found[^1].Draft))), comments)));
            else
                joins++;
        }

        // Cuts are made first: what joins a list moves lines.
        var covered = TextCut.Apply(text, [.. cuts]);
        for (; joins > 0 && covered is not null; joins--)
            covered = JoinNext(covered);
        return covered;
    }

    private static IEnumerable<YamlMapping> UsersOf(string text) =>
        (YamlTree.Read(UsersFile.Name, text).Root?.Find("users")?.Value as YamlSequence)?.Items.OfType<YamlMapping>() ?? [];

    private static YamlPair? PlainIn(YamlMapping owner) => owner.Find(PlainKey.Field) is { Value.IsNull: false } pair ? pair : null;

    private static void Cover(string text, YamlMapping owner, YamlPair pair, PlainKey key, IReadOnlyList<(int Start, string Text)> comments, List<TextCut> cuts)
    {
        // A prefix that stands there already stays in its place, with the right value.
        if (owner.Find("prefix") is not { } prefix)
            cuts.Add(new TextCut(pair.Start, pair.End, InPlace(text, owner, pair, new YamlDraftMapping(key.PrefixPair, key.HashPair), comments)));
        else
        {
            cuts.Add(new TextCut(pair.Start, pair.End, InPlace(text, owner, pair, new YamlDraftMapping(key.HashPair), comments)));
            if (prefix.Value is YamlScalar scalar && (scalar.IsNull || scalar.Value != key.Prefix))
                cuts.Add(new TextCut(scalar.Start, scalar.End, (scalar.Start == scalar.End ? " " : "") + YamlText.Write(key.Prefix)));
        }
    }

    // What takes the place of a name with its value. A comment behind the value stays where it is; one between the two gets a line of its own.
    private static string InPlace(string text, YamlMapping owner, YamlPair pair, YamlDraftMapping draft, IReadOnlyList<(int Start, string Text)> comments)
    {
        var between = comments.Where(comment => comment.Start >= pair.Start && comment.Start < pair.End).Select(comment => comment.Text).ToList();
        var newLine = TextLines.NewLineOf(text);
        var indent = new string(' ', owner.Column - 1);
        var before = string.Concat(between.Select(comment => comment + newLine + indent));
        if (owner.IsFlow)
            return (between.Count > 0 ? " " : "") + before + draft.InFlow()[1..^1];
        var lines = draft.OnLines(indent.Length, newLine)[indent.Length..];
        // The value of a block scalar ends behind its line.
        if (text[pair.End - 1] is not ('\r' or '\n'))
            lines = lines[..^newLine.Length];
        return before + lines;
    }

    private static string? JoinNext(string text)
    {
        var user = UsersOf(text).FirstOrDefault(user => PlainIn(user) is not null);
        if (user is null)
            return null;
        var key = PlainKey.Short("", user, SourceOf(text, user.Find("created_at")));
        if (YamlInsertion.AddItem(text, user, "keys", key.Draft) is not { } joined || UsersOf(joined).FirstOrDefault(user => PlainIn(user) is not null) is not { } owner)
            return null;
        return YamlRemoval.RemovePair(joined, owner, PlainIn(owner)!);
    }

    private static string? SourceOf(string text, YamlPair? pair) => pair?.Value is YamlScalar { IsNull: false } scalar ? text[scalar.Start..scalar.End] : null;
}
