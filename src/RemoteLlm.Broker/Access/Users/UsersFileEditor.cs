using System.Text.RegularExpressions;
using RemoteLlm.Broker.Access.Users.Texts;
using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Access.Users;

/// <summary>
/// Edits <c>users.yaml</c> as an operator would, in the text: comments, order, quoting, unknown fields and line ends survive. Safe beside other editors of the
/// file, ours or people. A file with an error is never written over.
/// </summary>
/// <param name="folder">The data folder; made when missing, with the file from a template.</param>
/// <param name="time">The clock of <c>created_at</c>.</param>
public sealed partial class UsersFileEditor(string folder, TimeProvider time)
{
    // As the reader of the file has it.
    private const int MaxModelLength = 256;

    private readonly UsersMemory _memory = new(RequestLimits.Default);

    /// <summary>An editor beside one who follows the file: what one of them has read, the other need not read again.</summary>
    internal UsersFileEditor(string folder, UsersMemory memory, TimeProvider time)
        : this(folder, time) => _memory = memory;

    /// <summary>The form of user names in words.</summary>
    internal const string UserNameRule = "A user name has letters, digits, dot, dash and underscore, at most 255, and begins with a letter, digit or underscore.";

    /// <summary>Whether the text can be the name of a user who is added.</summary>
    internal static bool IsUserName(string name) => UserName().IsMatch(name);

    /// <summary>The file's path.</summary>
    public string Path { get; } = System.IO.Path.Combine(folder, UsersFile.Name);

    /// <summary>Adds a user without keys.</summary>
    public Task<EditOutcome> AddUser(string user, CancellationToken cancellationToken) =>
        Add(user, null, file => UsersFileEdits.AddUser(file, user, time.GetUtcNow()), cancellationToken);

    /// <summary>Adds a user. <see cref="EditStatus.Conflict"/> where one of his name or GitLab number is listed.</summary>
    /// <param name="user">Who he is.</param>
    /// <param name="firstKey">A key of his (<see cref="ApiKey.Generate"/>); it is not written. Null = none.</param>
    /// <param name="cancellationToken">Ends the wait for other writers.</param>
    public Task<EditOutcome> AddUser(NewUser user, string? firstKey, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var key = firstKey is null ? null : NewKey.Of(null, firstKey, now);
        return Add(user.Name, null, file => UsersFileEdits.AddUser(file, user, key, now), cancellationToken);
    }

    /// <summary>Lists a key by its hash; the user is made when missing.</summary>
    /// <param name="user">Whose key: a GitLab user name.</param>
    /// <param name="name">What he calls it, at most 64 characters; null = the next free <c>key-N</c>.</param>
    /// <param name="apiKey">The key (<see cref="ApiKey.Generate"/>); it is not written.</param>
    /// <param name="cancellationToken">Ends the wait for other writers.</param>
    public Task<EditOutcome> AddKey(string user, string? name, string apiKey, CancellationToken cancellationToken) => AddKey(user, name, apiKey, expiresAt: null, cancellationToken);

    /// <inheritdoc cref="AddKey(string, string?, string, CancellationToken)"/>
    /// <param name="user">Whose key: a GitLab user name.</param>
    /// <param name="name">What he calls it, at most 64 characters; null = the next free <c>key-N</c>.</param>
    /// <param name="apiKey">The key (<see cref="ApiKey.Generate"/>); it is not written.</param>
    /// <param name="expiresAt">From when on it is refused; null = never.</param>
    /// <param name="cancellationToken">Ends the wait for other writers.</param>
    public Task<EditOutcome> AddKey(string user, string? name, string apiKey, DateTimeOffset? expiresAt, CancellationToken cancellationToken)
    {
        var key = NewKey.Of(name, apiKey, time.GetUtcNow()) with { ExpiresAt = expiresAt };
        return Add(user, name, file => UsersFileEdits.AddKey(file, user, key), cancellationToken);
    }

    /// <summary>Lists a new key under the name of an old one, which is called <c>NAME-old</c> and refused once the overlap is over; without an overlap it is removed.</summary>
    /// <param name="user">Whose keys.</param>
    /// <param name="old">Which key.</param>
    /// <param name="apiKey">The new key (<see cref="ApiKey.Generate"/>); it is not written.</param>
    /// <param name="overlap">How long both are good; the old one never longer than it was to be.</param>
    /// <param name="expiresAt">From when on the new one is refused; null = never.</param>
    /// <param name="cancellationToken">Ends the wait for other writers.</param>
    public Task<EditOutcome> RotateKey(string user, KeyDigest old, string apiKey, TimeSpan overlap, DateTimeOffset? expiresAt, CancellationToken cancellationToken)
    {
        var key = NewKey.Of(null, apiKey, time.GetUtcNow()) with { ExpiresAt = expiresAt };
        return Edit(file => KeyEntryEdits.Rotate(file, user, old, key, overlap), cancellationToken);
    }

    /// <summary>Gives a key another name, of which the user must have none yet.</summary>
    public Task<EditOutcome> RenameKey(string user, KeyDigest key, string name, CancellationToken cancellationToken) =>
        KeyName.IsWellFormed(name) ? Edit(file => KeyEntryEdits.Rename(file, user, key, name), cancellationToken) : Refused(KeyName.Rule);

    /// <summary>Removes a user's key.</summary>
    public Task<EditOutcome> RevokeKey(string user, KeyDigest key, CancellationToken cancellationToken) => Edit(file => KeyEntryEdits.Revoke(file, user, key), cancellationToken);

    /// <summary>Removes the one key with this prefix or name.</summary>
    /// <param name="prefixOrName">Such as <c>sk-a1b2</c> or <c>laptop</c>; not a whole key.</param>
    /// <param name="user">Only among this user's keys; null = among all.</param>
    /// <param name="cancellationToken">Ends the wait for other writers.</param>
    public Task<EditOutcome> RevokeKey(string prefixOrName, string? user, CancellationToken cancellationToken) => ApiKey.IsWellFormed(prefixOrName)
        ? Task.FromResult(new EditOutcome(EditStatus.Invalid, "That is a whole key; give its first seven characters or its name (a key on a command line is seen by others)."))
        : Edit(file => UsersFileEdits.RevokeKey(file, prefixOrName, user), cancellationToken);

    /// <summary>Blocks a user, or lets him in again.</summary>
    public Task<EditOutcome> SetBlocked(string user, bool blocked, CancellationToken cancellationToken) =>
        Edit(file => UserEntryEdits.SetBlocked(file, user, blocked), cancellationToken);

    /// <summary>Lets a user in who waits for approval.</summary>
    public Task<EditOutcome> Approve(string user, CancellationToken cancellationToken) => Edit(file => UserEntryEdits.Approve(file, user), cancellationToken);

    /// <summary>Gives a user a role.</summary>
    public Task<EditOutcome> SetRole(string user, UserRole role, CancellationToken cancellationToken) => Edit(file => UserEntryEdits.SetRole(file, user, role), cancellationToken);

    /// <summary>Writes a user's GitLab number. <see cref="EditStatus.Conflict"/> where he has another, or another user has it.</summary>
    public Task<EditOutcome> SetGitLabId(string user, long id, CancellationToken cancellationToken) => Edit(file => UserEntryEdits.SetGitLabId(file, user, id), cancellationToken);

    /// <summary>Sets a user's limits and models. <see cref="EditStatus.Conflict"/> where his entry is no longer the one that the change was made of.</summary>
    /// <param name="user">Who.</param>
    /// <param name="change">What the entry is to say.</param>
    /// <param name="stamp">What it said (<see cref="UserStamp.Of"/>).</param>
    /// <param name="cancellationToken">Ends the wait for other writers.</param>
    public Task<EditOutcome> Change(string user, UserChange change, string stamp, CancellationToken cancellationToken)
    {
        if (change.Limits.Fault() is { } fault)
            return Refused(fault);
        return change.Models?.Any(model => model.Length is 0 or > MaxModelLength || model.Any(c => char.IsControl(c) || char.IsSurrogate(c))) == true
            ? Refused($"A model has 1 to {MaxModelLength} characters in one line.")
            : Edit(file => UserEntryEdits.Change(file, user, change, stamp), cancellationToken);
    }

    /// <summary>Removes a user's entry; his keys are dead, and he may sign up anew.</summary>
    public Task<EditOutcome> Remove(string user, CancellationToken cancellationToken) => Edit(file => UserEntryEdits.Remove(file, user), cancellationToken);

    /// <summary>Puts hashes in the place of all keys that stand in the file as they are; says whose they were.</summary>
    public Task<EditOutcome> Protect(CancellationToken cancellationToken) => Edit(UsersFileEdits.Protect, cancellationToken);

    private Task<EditOutcome> Add(string user, string? keyName, Func<UsersText, TextEdit> edit, CancellationToken cancellationToken)
    {
        if (!IsUserName(user))
        {
            return Refused(UserNameRule);
        }

        return keyName is not null && !KeyName.IsWellFormed(keyName) ? Refused(KeyName.Rule) : Edit(edit, cancellationToken);
    }

    private Task<EditOutcome> Edit(Func<UsersText, TextEdit> edit, CancellationToken cancellationToken) =>
        GuardedEdit.Apply(Path, UsersTemplate.Text, text => edit(_memory.Read(text)), time, cancellationToken, (before, after) => EditTrail.Note(folder, before, after));

    private static Task<EditOutcome> Refused(string message) => Task.FromResult(new EditOutcome(EditStatus.Invalid, message));

    // GitLab's rule for user names.
    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.\-]{0,254}\z", RegexOptions.NonBacktracking)]
    private static partial Regex UserName();
}
