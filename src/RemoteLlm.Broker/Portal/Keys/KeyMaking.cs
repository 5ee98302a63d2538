using Microsoft.AspNetCore.Http;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Portal.Keys;

/// <summary>Makes keys for the pages: each is listed by its hash, and leaves in the one page that shows it.</summary>
internal sealed class KeyMaking(PortalEdits edits, AccessFiles files, PortalSite site, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);

    /// <summary>Why a key of the environment cannot be changed.</summary>
    public const string OfEnvironment = "This key comes from the broker's environment, not from its files; only who runs the broker can change it.";

    /// <summary>Makes one more key.</summary>
    /// <param name="context">Who asks.</param>
    /// <param name="user">Whose.</param>
    /// <param name="name">Its name; empty for the next free one.</param>
    /// <param name="days">How long it is good; 0 = without an end.</param>
    public Task<MadeKey> MakeAsync(HttpContext context, UserRecord user, string name, int days) => InTurnAsync(user, now => MakeInTurnAsync(context, now, name, days));

    /// <summary>Makes the key that follows another.</summary>
    /// <param name="context">Who asks.</param>
    /// <param name="user">Whose.</param>
    /// <param name="id">The old key (<see cref="KeyId"/>).</param>
    /// <param name="overlap">How long both are good.</param>
    /// <param name="days">How long the new one is good; 0 = without an end.</param>
    public Task<MadeKey> RotateAsync(HttpContext context, UserRecord user, string id, TimeSpan overlap, int days) => InTurnAsync(user, now => RotateInTurnAsync(context, now, id, overlap, days));

    public void Dispose() => _gate.Dispose();

    // By the keys that there are when it is its turn: of many forms that are sent at once each would find room for one more. Whether or not the one who asked still waits: a second click, which is answered with
    // what the first one makes, has ended the first.
    private async Task<MadeKey> InTurnAsync(UserRecord user, Func<UserRecord, Task<MadeKey>> make)
    {
        await _gate.WaitAsync(CancellationToken.None);
        try
        {
            return await make(files.Users.FindUser(user.Name) ?? user);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<MadeKey> MakeInTurnAsync(HttpContext context, UserRecord user, string name, int days)
    {
        if (user.Keys.Count >= KeysModel.MostKeys)
            return Not(EditStatus.Conflict, $"You have {user.Keys.Count} keys, and {KeysModel.MostKeys} are the most. Revoke one that you no longer use.");
        var (key, baseUrl) = (ApiKey.Generate(), site.BaseUrlOf(context.Request));
        if (name.Length == 0)
            name = KeyName.Next(user.Keys);
        var end = EndOf(days);
        var outcome = await edits.UsersAsync(
            context, "key.made", $"{user.Name}/{name}", users => users.AddKey(user.Name, name, key, end, CancellationToken.None), ApiKey.Prefix(key) + Ends(end));
        return outcome.Status == EditStatus.Written
            ? new MadeKey(outcome, NewKeyModel.Of(key, new NewKeyModel(name, baseUrl, end, Old: null, Rotated: false)))
            : Not(outcome.Status, EditAnswers.Sentence(outcome, "You have a key of that name already; choose another."));
    }

    private async Task<MadeKey> RotateInTurnAsync(HttpContext context, UserRecord user, string id, TimeSpan overlap, int days)
    {
        if (KeyId.Find(user, id) is not { } old)
            return Not(EditStatus.NotFound, "You have no such key any more.");
        if (!old.IsListed)
            return Not(EditStatus.Invalid, OfEnvironment);
        if (overlap > TimeSpan.Zero && user.Keys.Count >= KeysModel.MostWithLeaving)
            return Not(EditStatus.Conflict, $"You have {user.Keys.Count} keys, old ones included, and no more can be kept. Revoke one that you no longer use, or have the old key stop now.");
        var (key, baseUrl, end) = (ApiKey.Generate(), site.BaseUrlOf(context.Request), EndOf(days));
        var outcome = await edits.UsersAsync(
            context,
            "key.rotated",
            $"{user.Name}/{old.Name}",
            users => users.RotateKey(user.Name, old.Digest, key, overlap, end, CancellationToken.None),
            $"{old.Prefix} to {ApiKey.Prefix(key)}, both for {overlap.TotalHours:0} h{Ends(end)}");
        if (outcome.Status != EditStatus.Written)
            return Not(outcome.Status, EditAnswers.Sentence(outcome));
        var name = files.Users.TryFind(ApiKey.Hash(key), out var made) ? made.Name : old.Name;
        (string, DateTimeOffset)? left = files.Users.TryFind(old.Digest, out var leaving) && leaving.ExpiresAt is { } until ? (leaving.Name, until) : null;
        return new MadeKey(outcome, NewKeyModel.Of(key, new NewKeyModel(name, baseUrl, end, left, Rotated: true)));
    }

    private DateTimeOffset? EndOf(int days) => days > 0 ? time.GetUtcNow().AddDays(days) : null;

    private static string Ends(DateTimeOffset? end) => end is null ? "" : $", ends {end:yyyy-MM-dd}";

    private static MadeKey Not(EditStatus status, string sentence) => new(new EditOutcome(status, sentence), null);
}
