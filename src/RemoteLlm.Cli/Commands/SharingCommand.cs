using System.CommandLine;
using RemoteLlm.Cli.Options;
using RemoteLlm.Connector.Access.Local;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Cli.Commands;

/// <summary><c>remotellm pause</c> and <c>remotellm resume</c>, for the owner of a connector's machine.</summary>
internal sealed class SharingCommand : Command
{
    private SharingCommand(EnvironmentSettings environment, string name, string description, Func<string, CancellationToken, Task<EditOutcome>> edit)
        : base(name, description)
    {
        var data = environment.Data();
        Add(data);
        SetAction(async (line, cancellationToken) =>
        {
            var outcome = (await edit(line.Need(data), cancellationToken)).OrFail();
            await line.InvocationConfiguration.Error.WriteLineAsync(outcome.Message);
            return ExitCodes.Ok;
        });
    }

    /// <summary><c>remotellm pause</c>.</summary>
    public static SharingCommand Pause(EnvironmentSettings environment, TimeProvider time) => new(
        environment, "pause", "Stop sharing this machine's LLM servers: the connector refuses new requests of the broker's users and finishes what runs. Written into access.yaml of its data folder, so it lasts over restarts.",
        (folder, cancellationToken) => new AccessFileEditor(folder, time).Pause(cancellationToken));

    /// <summary><c>remotellm resume</c>.</summary>
    public static SharingCommand Resume(EnvironmentSettings environment, TimeProvider time) => new(
        environment, "resume", "Share again after `remotellm pause`.", (folder, cancellationToken) => new AccessFileEditor(folder, time).Resume(cancellationToken));
}
