using System.Globalization;
using Microsoft.Extensions.Hosting;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Access.Users.Texts;

namespace RemoteLlm.Broker.Portal.Audit;

/// <summary>
/// Tells the audit log what people wrote into <c>users.yaml</c> by hand, when the broker takes it over: a line for each user, compared with the last good state. Edits of the portal and of commands tell of themselves, and are known by
/// <see cref="EditTrail"/>. What was written while no broker ran is told nowhere.
/// </summary>
/// <remarks>
/// Where an edit by hand and one of ours come between two looks, one state is the outcome of both, and nobody can tell them apart any more: then all that changed is told, with the remark that some of it may have a line of its own.
/// </remarks>
internal sealed class FileEdits(AccessFiles files, AccessFilesOptions options, AuditLog audit) : IHostedService
{
    /// <summary>The actor; unlike a user of this name it has no address.</summary>
    public const string Actor = "file";

    /// <summary>So many users have lines of their own; of a file that was replaced by another nobody reads ten thousand.</summary>
    public const int MostUsers = 50;

    private const string Mixed = "together with an edit that has a line of its own";

    public Task StartAsync(CancellationToken cancellationToken)
    {
        files.UsersRead += Tell;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        files.UsersRead -= Tell;
        return Task.CompletedTask;
    }

    private void Tell(UsersText before, UsersText after)
    {
        var (was, now) = (before.Reading.Content!, after.Reading.Content!);
        var (all, some) = EditTrail.Between(options.Folder, before.Text, after.Text);
        if (all)
            return;
        var changed = now.ChangedSince(was)
            .Select(name => (was.FindUser(name), now.FindUser(name)) is var (old, young) && UserDifference.Of(old, young) is var (action, detail) ? new AuditEntry(Actor, action, young?.Name ?? name, detail) : null)
            .OfType<AuditEntry>()
            .DistinctBy(entry => entry.Target)
            .OrderBy(entry => entry.Target, StringComparer.Ordinal)
            .ToList();
        if (before.Defaults != after.Defaults)
            audit.Write(new AuditEntry(Actor, "defaults.changed", UsersFile.Name, some ? Mixed : null));
        foreach (var entry in changed.Take(MostUsers))
            audit.Write(some ? entry with { Detail = entry.Detail is null ? Mixed : $"{entry.Detail}; {Mixed}" } : entry);
        if (changed.Count > MostUsers)
            audit.Write(new AuditEntry(Actor, "users.changed", UsersFile.Name, string.Create(CultureInfo.InvariantCulture, $"{changed.Count - MostUsers} more users{(some ? "; " + Mixed : "")}")));
    }
}
