using RemoteLlm.Connector.Servers.Registry.Json;
using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Connector.Servers.Registry.Editing;

/// <summary>
/// The last look at an edit of <c>servers.json</c> before it is written: the new text must be one that we accept, and must say exactly what the old one said but for the change
/// that was meant, comments included. Otherwise we refuse rather than spoil the file.
/// </summary>
internal static class CheckedJsonEdit
{
    /// <summary>The edit, or the refusal of it.</summary>
    /// <param name="before">The text as it was.</param>
    /// <param name="after">The text as it would be.</param>
    /// <param name="gone">What of the old text the edit takes away, comments in it included; null for nothing.</param>
    /// <param name="expected">The canonical entries as they should be.</param>
    /// <param name="folder">The data folder.</param>
    /// <param name="message">What was done.</param>
    public static TextEdit Check(string before, string after, PlacedJson? gone, IEnumerable<string> expected, string folder, string message)
    {
        var old = PlacedJsonReader.Read(ServersJson.Name, before).Root;
        var root = PlacedJsonReader.Read(ServersJson.Name, after).Root;
        var isGood = old is not null && root is not null
            && ServersJson.Parse(after, folder).Content is not null
            && Entries(root).SequenceEqual(expected, StringComparer.Ordinal)
            && Others(old).SequenceEqual(Others(root), StringComparer.Ordinal)
            && Comments(before, gone).SequenceEqual(Comments(after, null), StringComparer.Ordinal);
        return isGood
            ? TextEdit.To(after, message)
            : TextEdit.Not(EditStatus.BrokenFile, $"{ServersJson.Name} is written in a way that cannot be changed without a loss at this place; edit it by hand.");
    }

    /// <summary>The entries, canonical.</summary>
    public static List<string> Entries(PlacedJson root) => root.Find("servers")?.Items.ConvertAll(item => CanonicalJson.Of(item)) ?? [];

    private static IEnumerable<string> Others(PlacedJson root) => root.Members.Where(member => member.Name != "servers").Select(member => $"{member.Name}={CanonicalJson.Of(member.Value)}");

    private static IEnumerable<string> Comments(string text, PlacedJson? without) =>
        JsonComment.FindAll(text).Where(comment => without is null || comment.Start < without.Start || comment.Start >= without.End).Select(comment => text[comment.Start..comment.End].TrimEnd());
}
