using System.CommandLine;
using RemoteLlm.Cli.Options;
using RemoteLlm.Cli.Output;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Connector.Servers.Lookup;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Hosting.Configuration;

namespace RemoteLlm.Cli.Commands;

/// <summary><c>remotellm servers detect</c>: finds LLM servers on the ports of this machine where they usually listen.</summary>
internal sealed class ServersDetectCommand : Command
{
    /// <summary>Declares the command.</summary>
    /// <param name="environment">The settings around the process.</param>
    /// <param name="time">The clock.</param>
    /// <param name="ports">Where to look; null for <see cref="LocalServers.UsualPorts"/>.</param>
    public ServersDetectCommand(EnvironmentSettings environment, TimeProvider time, IReadOnlyList<int>? ports = null)
        : base("detect", $"Find LLM servers on the usual ports of this machine: {string.Join(", ", LocalServers.UsualPorts)}.")
    {
        var add = new Option<bool>("--add") { Description = "Add what was found and is not in servers.json yet." };
        var data = environment.Data();
        Add(add);
        Add(data);
        SetAction(async (line, cancellationToken) =>
        {
            var (folder, streams) = (line.Need(data), line.InvocationConfiguration);
            var registry = ServersAnswers.Read(folder);
            var found = await new ServerLookup(time).DetectAsync(ports ?? LocalServers.UsualPorts, cancellationToken);
            if (found.Count == 0)
                throw new CommandException($"No LLM server answers on this machine's ports {string.Join(", ", ports ?? LocalServers.UsualPorts)}. \"remotellm servers add NAME URL\" adds one that is elsewhere.");

            var editor = new ServersFileEditor(folder, time);
            var names = registry.Servers.Select(server => server.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
            foreach (var (address, report) in found)
            {
                await streams.Output.WriteLineAsync($"{ServerDescription.Summary(address, report.Look)}, {ServerDescription.Count(report.Look.Models!.Count)}");
                if (registry.Servers.FirstOrDefault(server => Same(server.Address, address)) is { } known)
                {
                    await streams.Output.WriteLineAsync($"  is in {ServersJson.Name} as {known.Name}");
                    continue;
                }

                var draft = new ServerDraft(FreeName(names, report.Look.Kind), address.ToString()) { Kind = report.Look.Kind == ServerKind.Generic ? null : report.Look.Kind };
                if (line.GetValue(add))
                    await streams.Output.WriteLineAsync($"  {(await editor.Add(draft, cancellationToken)).OrFail().Message}");
                else
                    await streams.Output.WriteLineAsync($"  remotellm servers add {draft.Name} {draft.Url}");
            }

            return ExitCodes.Ok;
        });
    }

    private static string FreeName(HashSet<string> taken, ServerKind kind)
    {
        var name = kind == ServerKind.Generic ? "local" : ServerKinds.NameOf(kind);
        var free = name;
        for (var number = 2; !taken.Add(free); number++)
            free = $"{name}-{number}";
        return free;
    }

    private static bool Same(ServerAddress one, ServerAddress other) => Place(one) == Place(other);

    // localhost, 127.0.0.1 and [::1] are this machine.
    private static string Place(ServerAddress address)
    {
        var uri = new Uri(address.ToString());
        return uri.IsLoopback ? $"loopback:{uri.Port}{uri.AbsolutePath}" : address.ToString();
    }
}
