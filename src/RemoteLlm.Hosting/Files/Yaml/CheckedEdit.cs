using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Hosting.Files.Yaml;

/// <summary>
/// The last look at an edit before it is written: the new text must be readable and must say exactly what the old one said, but for the change that was meant,
/// comments included. YAML can be written in ways that an edit of the text does not foresee; then we refuse rather than spoil the file.
/// </summary>
internal static class CheckedEdit
{
    /// <summary>The edit, or the refusal of it.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="before">The text as it was.</param>
    /// <param name="after">The text as it would be; null where no place for the change was found.</param>
    /// <param name="gone">The facts (<see cref="YamlFacts"/>) that the edit takes away.</param>
    /// <param name="added">The facts that it adds.</param>
    /// <param name="parses">Whether the whole file, as it would be, is one that we accept.</param>
    /// <param name="message">What was done.</param>
    public static TextEdit Check(
        string file, string before, string? after, IEnumerable<string> gone, IEnumerable<string> added, Func<YamlMapping, bool> parses, string message)
    {
        if (after is null || YamlTree.Read(file, before).Root is not { } old || YamlTree.Read(file, after).Root is not { } root || !parses(root)
            || YamlFacts.Differ(YamlFacts.Of(before, old), YamlFacts.Of(after, root), gone, added))
        {
            return TextEdit.Not(EditStatus.BrokenFile, $"{file} is written in a way that cannot be changed without a loss at this place; edit it by hand.");
        }

        return TextEdit.To(after, message);
    }

    /// <inheritdoc cref="Check(string, string, string?, IEnumerable{string}, IEnumerable{string}, Func{YamlMapping, bool}, string)"/>
    public static TextEdit Check(
        string file, string before, string? after, IEnumerable<string> gone, IEnumerable<string> added, Func<string, bool> parses, string message) =>
        Check(file, before, after, gone, added, (YamlMapping _) => parses(after!), message);

    /// <summary>The facts of something new, as they will be found below <paramref name="path"/>.</summary>
    public static IEnumerable<string> FactsOf(YamlDraft draft, string path)
    {
        var (root, problem) = YamlTree.Read("", new YamlDraftMapping(("x", draft)).OnLines(0, "\n"));
        return root is null ? throw new InvalidOperationException(problem!.Message) : YamlFacts.Of(root.Pairs[0].Value, path);
    }
}
