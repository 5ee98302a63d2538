using System.Text.RegularExpressions;
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
    /// <summary>The file's path.</summary>
    public string Path { get; } = System.IO.Path.Combine(folder, UsersFile.Name);

    /// <summary>Adds a user without keys.</summary>
    public Task<EditOutcome> AddUser(string user, CancellationToken cancellationToken) =>
        Add(user, null, text => UsersFileEdits.AddUser(text, user, time.GetUtcNow()), cancellationToken);

    /// <summary>Lists a key by its hash; the user is made when missing.</summary>
    /// <param name="user">Whose key: a GitLab user name.</param>
    /// <param name="name">What he calls it, at most 64 characters; null = the next free <c>key-N</c>.</param>
    /// <param name="apiKey">The key (<see cref="ApiKey.Generate"/>); it is not written.</param>
    /// <param name="cancellationToken">Ends the wait for other writers.</param>
    public Task<EditOutcome> AddKey(string user, string? name, string apiKey, CancellationToken cancellationToken)
    {
        var key = new NewKey(name, ApiKey.Prefix(apiKey), ApiKey.Hash(apiKey), time.GetUtcNow());
        return Add(user, name, text => UsersFileEdits.AddKey(text, user, key), cancellationToken);
    }

    /// <summary>Removes the one key with this prefix or name.</summary>
    /// <param name="prefixOrName">Such as <c>sk-a1b2</c> or <c>laptop</c>; not a whole key.</param>
    /// <param name="user">Only among this user's keys; null = among all.</param>
    /// <param name="cancellationToken">Ends the wait for other writers.</param>
    public Task<EditOutcome> RevokeKey(string prefixOrName, string? user, CancellationToken cancellationToken) => ApiKey.IsWellFormed(prefixOrName)
        ? Task.FromResult(new EditOutcome(EditStatus.Invalid, "That is a whole key; give its first seven characters or its name (a key on a command line is seen by others)."))
        : Edit(text => UsersFileEdits.RevokeKey(text, prefixOrName, user), cancellationToken);

    /// <summary>Blocks a user, or lets him in again.</summary>
    public Task<EditOutcome> SetBlocked(string user, bool blocked, CancellationToken cancellationToken) =>
        Edit(text => UsersFileEdits.SetBlocked(text, user, blocked), cancellationToken);

    /// <summary>Puts hashes in the place of all keys that stand in the file as they are; says whose they were.</summary>
    public Task<EditOutcome> Protect(CancellationToken cancellationToken) => Edit(UsersFileEdits.Protect, cancellationToken);

    private Task<EditOutcome> Add(string user, string? keyName, Func<string, TextEdit> edit, CancellationToken cancellationToken)
    {
        if (!UserName().IsMatch(user))
        {
            return Refused("A user name has letters, digits, dot, dash and underscore, at most 255, and begins with a letter, digit or underscore.");
        }

        return keyName is not null && !IsKeyName(keyName)
            ? Refused("A key name has 1 to 64 characters in one line, no blank at its ends, and does not begin with sk-.")
            : Edit(edit, cancellationToken);
    }

    private Task<EditOutcome> Edit(Func<string, TextEdit> edit, CancellationToken cancellationToken) =>
        GuardedEdit.Apply(Path, UsersTemplate.Text, edit, time, cancellationToken);

    private static Task<EditOutcome> Refused(string message) => Task.FromResult(new EditOutcome(EditStatus.Invalid, message));

    // A name that looks like a prefix would make "revoke" mean two things.
    private static bool IsKeyName(string name) =>
        name.Length is >= 1 and <= 64
        && name.Trim().Length == name.Length
        && !name.StartsWith(ApiKey.Scheme, StringComparison.Ordinal)
        && !name.Any(c => char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029' or '\uFEFF');

    // GitLab's rule for user names.
    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.\-]{0,254}\z", RegexOptions.NonBacktracking)]
    private static partial Regex UserName();
}
