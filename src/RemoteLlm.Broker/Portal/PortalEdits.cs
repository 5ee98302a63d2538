using Microsoft.AspNetCore.Http;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Access.Connectors;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Portal.Audit;
using RemoteLlm.Broker.Portal.Signin;
using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Broker.Portal;

/// <summary>Edits of the access files that a page asked for: written, in force at this broker when the call returns, and in the audit log.</summary>
internal sealed class PortalEdits(AccessFilesOptions options, AccessFiles files, AuditLog audit, TimeProvider time)
{
    private readonly UsersFileEditor _users = new(options.Folder, files.Memory, time);
    private readonly ConnectorsFileEditor _connectors = new(options.Folder, time);

    /// <summary>Edits <c>users.yaml</c>.</summary>
    /// <param name="context">Who asked for it.</param>
    /// <param name="action">What it is, for the audit log.</param>
    /// <param name="target">To whom.</param>
    /// <param name="edit">The edit.</param>
    /// <param name="detail">What else the audit log is to say.</param>
    public Task<EditOutcome> UsersAsync(HttpContext context, string action, string target, Func<UsersFileEditor, Task<EditOutcome>> edit, string? detail = null) =>
        ApplyAsync(context, new AuditEntry(ActorOf(context), action, target, detail, AddressOf(context)), () => edit(_users));

    /// <summary>Edits <c>connectors.yaml</c>.</summary>
    /// <param name="context">Who asked for it.</param>
    /// <param name="action">What it is, for the audit log.</param>
    /// <param name="target">To which.</param>
    /// <param name="edit">The edit.</param>
    /// <param name="detail">What else the audit log is to say.</param>
    /// <param name="actor">By whose word, where that is not who asked; null for him.</param>
    public Task<EditOutcome> ConnectorsAsync(HttpContext context, string action, string target, Func<ConnectorsFileEditor, Task<EditOutcome>> edit, string? detail = null, string? actor = null) =>
        ApplyAsync(context, new AuditEntry(actor ?? ActorOf(context), action, target, detail, AddressOf(context)), () => edit(_connectors));

    // What is written is true whether or not the one who asked still waits: it is told and put in force all the same.
    private async Task<EditOutcome> ApplyAsync(HttpContext context, AuditEntry entry, Func<Task<EditOutcome>> edit)
    {
        var outcome = await edit();
        if (outcome.Status == EditStatus.Written)
        {
            audit.Write(entry);
            await files.Refresh(CancellationToken.None);
        }

        return outcome;
    }

    private static string ActorOf(HttpContext context) => Viewer.Of(context)?.User.Name ?? context.Features.Get<SigningIn>()?.Name ?? "-";

    private static string? AddressOf(HttpContext context) => context.Connection.RemoteIpAddress?.ToString();
}
