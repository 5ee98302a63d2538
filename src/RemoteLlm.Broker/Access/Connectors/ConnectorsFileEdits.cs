using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Hosting.Files.Yaml;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Access.Connectors;

/// <summary>The edits of <c>connectors.yaml</c> as functions from text to text.</summary>
internal static class ConnectorsFileEdits
{
    private const string ItemPath = "/connectors/-";

    public static TextEdit Add(string text, string name, string prefix, KeyDigest token, DateTimeOffset now) => OnGoodFile(text, (root, directory) =>
    {
        if (directory.FindName(name) is not null)
        {
            return TextEdit.Not(EditStatus.Conflict, $"There is a connector {name} already; run \"remotellm connectors remove {name}\" first, or choose another name.");
        }

        var draft = new YamlDraftMapping(
            ("name", new YamlDraftScalar(YamlText.Write(name))),
            ("prefix", new YamlDraftScalar(YamlText.Write(prefix))),
            ("token_hash", new YamlDraftScalar(token.Format())),
            ("created_at", new YamlDraftScalar(YamlText.WriteTime(now))));
        var after = YamlInsertion.AddItem(text, root, "connectors", draft);
        return Checked(text, after, [], CheckedEdit.FactsOf(draft, ItemPath), $"Added the connector {name} ({prefix}).");
    });

    public static TextEdit Remove(string text, string name) => OnGoodFile(text, (root, directory) =>
    {
        if (directory.FindName(name) is null)
        {
            return TextEdit.Not(EditStatus.NotFound, $"There is no connector {name} in {ConnectorsFile.Name}; see \"remotellm connectors list\".");
        }

        var list = (YamlSequence)root.Find("connectors")!.Value;
        var node = list.Items.OfType<YamlMapping>().First(item => item.TextOf("name") == name);
        return Checked(text, YamlRemoval.RemoveItem(text, list, node), YamlFacts.Of(node, ItemPath), [], $"Removed the connector {name}.");
    });

    private static TextEdit OnGoodFile(string text, Func<YamlMapping, ConnectorDirectory, TextEdit> edit)
    {
        var reading = ConnectorsFile.Parse(text);
        return reading.Content is { } directory
            ? edit(YamlTree.Read(ConnectorsFile.Name, text).Root!, directory)
            : TextEdit.Not(EditStatus.BrokenFile, $"{reading.Errors[0]} Nothing was written; correct that first.");
    }

    private static TextEdit Checked(string before, string? after, IEnumerable<string> gone, IEnumerable<string> added, string message) =>
        CheckedEdit.Check(ConnectorsFile.Name, before, after, gone, added, text => ConnectorsFile.Parse(text).Content is not null, message);
}
