using Microsoft.Extensions.Logging.Abstractions;
using RemoteLlm.Broker.Portal.Audit;
using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Cli.Commands;

/// <summary>Tells the broker's audit log what a command has changed, under the actor <c>cli</c>.</summary>
internal static class CommandAudit
{
    /// <summary>Says what came of an edit, and writes it down where something was changed. What was done stays done where it cannot be written down; that is said too.</summary>
    /// <param name="outcome">What came of it, and it was done.</param>
    /// <param name="folder">The broker's data folder.</param>
    /// <param name="time">The clock.</param>
    /// <param name="action">What it is.</param>
    /// <param name="target">Whose or which.</param>
    /// <param name="error">Where it is said.</param>
    /// <param name="detail">What else the audit log is to say.</param>
    public static void Tell(this EditOutcome outcome, string folder, TimeProvider time, string action, string target, TextWriter error, string? detail = null)
    {
        error.WriteLine(outcome.Message);
        if (outcome.Status == EditStatus.Written && new AuditLog(folder, time, NullLogger<AuditLog>.Instance).Write(new AuditEntry($"cli:{Environment.UserName}", action, target, detail)) is { } problem)
            error.WriteLine($"This is not in {AuditLog.Name}: {problem}");
    }
}
