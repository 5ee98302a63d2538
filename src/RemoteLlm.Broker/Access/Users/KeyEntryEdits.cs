using RemoteLlm.Broker.Access.Users.Texts;
using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Hosting.Files.Yaml;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Access.Users;

/// <summary>Edits of one key in <c>users.yaml</c>, named by its digest, as functions from text to text.</summary>
internal static class KeyEntryEdits
{
    public static TextEdit Revoke(UsersText file, string user, KeyDigest key) => OnKey(file, user, key, (steps, record, known) =>
    {
        steps.Remove(PlaceOf(steps.Entry!, key)!);
        return steps.Done($"Revoked the key {known.Name} ({known.Prefix}) of {record.Name}.");
    });

    /// <summary>Lists a new key under the name of an old one. The old one is called <c>NAME-old</c> from then on and ends with the overlap, never later than it was to end anyhow.</summary>
    /// <param name="file">The file.</param>
    /// <param name="user">Whose.</param>
    /// <param name="old">The key that is to end.</param>
    /// <param name="key">The new one; its name is not used.</param>
    /// <param name="overlap">How long both are good; zero: the old one is revoked.</param>
    public static TextEdit Rotate(UsersText file, string user, KeyDigest old, NewKey key, TimeSpan overlap) => OnKey(file, user, old, (steps, record, known) =>
    {
        var ends = key.CreatedAt!.Value + overlap;
        if (known.ExpiresAt < ends)
            ends = known.ExpiresAt.Value;
        var place = PlaceOf(steps.Entry!, old)!;
        if (overlap <= TimeSpan.Zero || ends <= key.CreatedAt)
        {
            steps.Remove(place);
        }
        else if (place.Node is null)
        {
            // The short form has no place for an end: it becomes an entry of the list.
            steps.Remove(place);
            steps.AddItem("keys", new NewKey(null, known.Prefix, known.Digest, known.CreatedAt) { ExpiresAt = ends, Class = known.Class }.Draft(OldName(record, known)));
        }
        else
        {
            SetInKey(steps, old, "name", YamlText.Write(OldName(record, known)));
            SetInKey(steps, old, "expires_at", YamlText.WriteTime(ends));
        }

        steps.AddItem("keys", (key with { Class = known.Class }).Draft(NameOf(record, known)));
        return steps.Done($"Rotated the key {known.Name} of {record.Name}: {known.Prefix} gives way to {key.Prefix}.");
    });

    public static TextEdit Rename(UsersText file, string user, KeyDigest key, string name) => OnKey(file, user, key, (steps, record, known) =>
    {
        if (known.Name == name)
            return TextEdit.Not(EditStatus.Unchanged, $"The key is called {name} already.");
        if (record.Keys.Any(other => other.Name == name))
            return TextEdit.Not(EditStatus.Conflict, $"{record.Name} has a key named {name} already; choose another name.");
        if (PlaceOf(steps.Entry!, key)!.Node is not null)
        {
            SetInKey(steps, key, "name", YamlText.Write(name));
        }
        else
        {
            steps.Remove(PlaceOf(steps.Entry!, key)!);
            steps.AddItem("keys", new NewKey(name, known.Prefix, known.Digest, known.CreatedAt) { Class = known.Class }.Draft(name));
        }

        return steps.Done($"The key {known.Name} of {record.Name} is called {name} now.");
    });

    // A key that nobody named is called by its first characters, and so would be another key's name.
    private static string NameOf(UserRecord user, KeyRecord key) => KeyName.IsWellFormed(key.Name) ? key.Name : KeyName.Free("key", "", user.Keys);

    private static string OldName(UserRecord user, KeyRecord key) => KeyName.Free(KeyName.IsWellFormed(key.Name) ? key.Name : "key", "-old", user.Keys);

    private static void SetInKey(EntrySteps steps, KeyDigest key, string name, string written) =>
        steps.Set(entry => PlaceOf(entry, key)?.Node, "/keys/-", name, new YamlDraftScalar(written));

    private static KeyPlace? PlaceOf(YamlMapping entry, KeyDigest key) => KeyPlaces.Of(entry).FirstOrDefault(place => place.Digest == key);

    private static TextEdit OnKey(UsersText file, string user, KeyDigest key, Func<EntrySteps, UserRecord, KeyRecord, TextEdit> edit) => UsersFileEdits.OnUser(file, user, record =>
        record.Keys.FirstOrDefault(known => known.Digest == key) is { } found && new EntrySteps(file, record) is { Entry: { } entry } steps && PlaceOf(entry, key) is not null
            ? edit(steps, record, found)
            : TextEdit.Not(EditStatus.NotFound, $"{record.Name} has no such key in {UsersFile.Name}."));
}
