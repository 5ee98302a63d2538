using RemoteLlm.Connector.Servers.Registry.Json;
using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Connector.Servers.Registry.Editing;

/// <summary>The edits of <c>servers.json</c> as functions from text to text.</summary>
internal static class ServersFileEdits
{
    public static TextEdit Add(string text, ServerDraft server, string folder) => OnGoodFile(text, folder, root =>
    {
        if (Invalid(server, folder) is { } refusal)
            return refusal;
        if (Place(root, server.Name) is var (taken, _))
            return TextEdit.Not(EditStatus.Conflict, $"There is a server {server.Name} already (line {taken.Line}); run \"remotellm servers remove {server.Name}\" first, or choose another name.");
        var draft = server.ToJson();
        var after = root.Members.Find(member => member.Name == "servers")?.Value switch
        {
            null => JsonInsertion.AddList(text, root, "servers", draft),
            { IsArray: true } list => JsonInsertion.AddItem(text, list, draft),
            var nothing => JsonInsertion.PutList(text, nothing, draft),
        };
        return CheckedJsonEdit.Check(text, after, null, CheckedJsonEdit.Entries(root).Append(Canonical(draft)), folder, $"Added the server {server.Name}.");
    });

    public static TextEdit Replace(string text, ServerDraft server, string folder) => OnGoodFile(text, folder, root =>
    {
        if (Invalid(server, folder) is { } refusal)
            return refusal;
        if (Place(root, server.Name) is not var (old, index))
            return Missing(server.Name);
        var draft = server.ToJson();
        var entries = CheckedJsonEdit.Entries(root);
        if (entries[index] == Canonical(draft))
            return new TextEdit(new EditOutcome(EditStatus.Unchanged, $"The server {server.Name} is described so already."));
        entries[index] = Canonical(draft);
        return CheckedJsonEdit.Check(text, JsonInsertion.PutItem(text, old, draft), old, entries, folder, $"Changed the server {server.Name}.");
    });

    public static TextEdit Remove(string text, string name, string folder) => OnGoodFile(text, folder, root =>
    {
        if (Place(root, name) is not var (old, index))
            return Missing(name);
        var entries = CheckedJsonEdit.Entries(root);
        entries.RemoveAt(index);
        return CheckedJsonEdit.Check(text, JsonRemoval.RemoveItem(text, root.Find("servers")!, index), old, entries, folder, $"Removed the server {name}.");
    });

    private static TextEdit OnGoodFile(string text, string folder, Func<PlacedJson, TextEdit> edit)
    {
        var reading = ServersJson.Parse(text, folder);
        return reading.Content is null
            ? TextEdit.Not(EditStatus.BrokenFile, $"{reading.Errors[0]} Nothing was written; correct that first.")
            : edit(PlacedJsonReader.Read(ServersJson.Name, text).Root!);
    }

    private static TextEdit? Invalid(ServerDraft server, string folder) =>
        ServersJson.Read(server, folder).Problem is { } problem ? TextEdit.Not(EditStatus.Invalid, problem) : null;

    private static TextEdit Missing(string name) => TextEdit.Not(EditStatus.NotFound, $"There is no server {name} in {ServersJson.Name}; see \"remotellm servers list\".");

    private static string Canonical(JsonDraft draft) => CanonicalJson.Of(PlacedJsonReader.Read(ServersJson.Name, draft.InOneLine()).Root!);

    private static (PlacedJson Node, int Index)? Place(PlacedJson root, string name)
    {
        var items = root.Find("servers")?.Items ?? [];
        var index = items.FindIndex(item => item.Find("name")?.Text.Equals(name, StringComparison.OrdinalIgnoreCase) ?? false);
        return index < 0 ? null : (items[index], index);
    }
}
