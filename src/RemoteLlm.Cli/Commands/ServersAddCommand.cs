using System.CommandLine;
using RemoteLlm.Cli.Options;
using RemoteLlm.Cli.Output;
using RemoteLlm.Cli.Running;
using RemoteLlm.Connector.Servers.Lookup;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Hosting.Configuration;

namespace RemoteLlm.Cli.Commands;

/// <summary><c>remotellm servers add NAME URL</c>: looks at the server, tells what it found, and writes it into <c>servers.json</c>.</summary>
internal sealed class ServersAddCommand : Command
{
    // No environment variables: REMOTELLM_NAME and the like are the connector's own settings.
    private readonly Argument<string> _name = new("NAME") { Description = "What you call it: 1 to 64 letters, digits, dashes, underscores and dots." };
    private readonly Argument<string> _url = new("URL") { Description = "Its base URL, such as http://localhost:11434 or https://openrouter.ai/api/v1." };
    private readonly Option<string?> _kind = new("--kind") { Description = $"What it is: {string.Join(", ", ServerKinds.Names)} [default: what it looks like]." };
    private readonly Option<string?> _keyVariable = new("--api-key-env") { Description = "Name of the environment variable that holds its key; the connector reads it." };
    private readonly Option<string?> _keyFile = new("--api-key-file") { Description = "File whose first line is its key; relative to the data folder, or absolute." };
    private readonly Option<int?> _priority = new("--priority") { Description = "The lowest is tried first, -1000 to 1000 [default: 0]." };
    private readonly Option<int?> _slots = new("--max-concurrent") { Description = "Requests that it works on at once; others wait [default: what it says, or is usual of its kind]." };
    private readonly Option<Dictionary<string, string>> _aliases = PairOptions.Pairs("--alias", "A=M", "Another name A for its model M; may be given several times.");
    private readonly Option<string[]> _models = PairOptions.Texts("--model", "Model that may be used, * and ? stand for other characters; may be given several times [default: all].");
    private readonly Option<Dictionary<string, string>> _headers = PairOptions.Pairs("--header", "N=V", "Header that each request gets, never a key; may be given several times.");
    private readonly Option<bool> _yes = new("--yes") { Description = "Add it even if it does not answer." };
    private readonly Option<string?> _data;
    private readonly TimeProvider _time;
    private readonly Terminal _terminal;

    public ServersAddCommand(EnvironmentSettings environment, TimeProvider time, Terminal terminal)
        : base("add", "Look at an LLM server, tell what it is, and add it.")
    {
        (_time, _terminal, _data) = (time, terminal, environment.Data());
        Add(_name);
        Add(_url);
        foreach (var option in new Option[] { _kind, _keyVariable, _keyFile, _priority, _slots, _aliases, _models, _headers, _yes, _data })
            Add(option);
        SetAction(Run);
    }

    private async Task<int> Run(ParseResult line, CancellationToken cancellationToken)
    {
        var folder = line.Need(_data);
        var draft = Draft(line);
        var entry = ServersJson.Read(draft, folder) is { Entry: { } described } read ? described : throw CommandException.Usage(ServersJson.Read(draft, folder).Problem!);
        if (ServersAnswers.Find(ServersAnswers.Read(folder), entry.Name) is not null)
            throw new CommandException($"There is a server {entry.Name} already; run \"remotellm servers remove {entry.Name}\" first, or choose another name.");

        var streams = line.InvocationConfiguration;
        var report = await new ServerLookup(_time).LookAsync(entry, cancellationToken);
        if (report.IsUp)
        {
            ServerDescription.Write(streams.Output, entry.Address, report.Look, entry.Models);
            foreach (var (alias, model) in entry.Aliases.Where(alias => report.Look.Models!.All(known => known.Id != alias.Value)))
                await streams.Error.WriteLineAsync($"It does not list {model}, which {alias} is to mean.");
        }
        else
        {
            ConfirmDead(line, report.Look.Error!);
        }

        // What it costs depends on what it is: that must not wait for the first look.
        if (report.IsUp && draft.Kind is null && report.Look.Kind != ServerKind.Generic)
            draft = draft with { Kind = report.Look.Kind };
        var editor = new ServersFileEditor(folder, _time);
        var outcome = (await editor.Add(draft, cancellationToken)).OrFail();
        await streams.Error.WriteLineAsync($"{outcome.Message} It is in {editor.Path}, which a running connector follows.");
        return ExitCodes.Ok;
    }

    private void ConfirmDead(ParseResult line, string problem)
    {
        if (line.GetValue(_yes))
        {
            line.InvocationConfiguration.Error.WriteLine(problem);
            return;
        }

        if (!_terminal.IsThere)
            throw new CommandException($"{problem} It was not added; say --yes to add it all the same.");
        line.InvocationConfiguration.Error.WriteLine(problem);
        if (!_terminal.Confirms(line.InvocationConfiguration.Error, "Add it all the same?"))
            throw new CommandException("It was not added.");
    }

    private ServerDraft Draft(ParseResult line)
    {
        ServerKind? kind = null;
        if (line.GetValue(_kind) is { } text && !ServerKinds.TryParse(text, out kind))
            throw CommandException.Usage($"--kind is one of {string.Join(", ", ServerKinds.Names)}.");
        return new ServerDraft(line.GetRequiredValue(_name), line.GetRequiredValue(_url))
        {
            Kind = kind,
            KeyVariable = line.GetValue(_keyVariable),
            KeyFile = line.GetValue(_keyFile),
            Priority = line.GetValue(_priority),
            MaxConcurrent = line.GetValue(_slots),
            Models = line.GetValue(_models) ?? [],
            Aliases = line.GetValue(_aliases) ?? [],
            Headers = line.GetValue(_headers) ?? [],
        };
    }
}
