using System.CommandLine;
using System.Globalization;
using RemoteLlm.Cli.Options;
using RemoteLlm.Connector.Servers.Lookup;
using RemoteLlm.Hosting.Configuration;

namespace RemoteLlm.Cli.Commands;

/// <summary><c>remotellm servers test NAME</c>: one tiny request straight to the server, past the connector.</summary>
internal sealed class ServersTestCommand : Command
{
    public ServersTestCommand(EnvironmentSettings environment, TimeProvider time)
        : base("test", "Send an LLM server one tiny request, and tell how long it takes. At a paid server it costs a fraction of a cent.")
    {
        var name = new Argument<string>("NAME") { Description = "The server's name." };
        var model = new Option<string?>("--model") { Description = "Model or alias [default: the first that chats, else one that makes embeddings]." };
        var data = environment.Data();
        Add(name);
        Add(model);
        Add(data);
        SetAction(async (line, cancellationToken) =>
        {
            var entry = ServersAnswers.Need(line.Need(data), line.GetRequiredValue(name));
            var report = await new ServerLookup(time).LookAsync(entry, cancellationToken);
            if (!report.IsUp)
                throw new CommandException($"{entry.Name} failed: {report.Look.Error}");
            var chosen = TrialModel.Choose(report.Look.Models!, entry, line.GetValue(model))
                ?? throw new CommandException($"{entry.Name} failed: it has no model that chats or makes embeddings; say --model, or see \"models\" in its entry.");
            var trial = await new ServerTrials(time).TryAsync(entry with { Kind = report.Look.Kind }, chosen, cancellationToken);
            if (trial.Problem is { } problem)
                throw new CommandException($"{entry.Name} failed with {chosen.Id}: {problem}.");
            await line.InvocationConfiguration.Output.WriteLineAsync($"{entry.Name}: {(chosen.IsEmbedding ? "embedding" : "chat")} with {chosen.Id} in {Milliseconds(trial.Took)}{Details(trial)}");
            return ExitCodes.Ok;
        });
    }

    private static string Details(ServerTrial trial)
    {
        var first = trial.FirstToken is { } time ? $", first token after {Milliseconds(time)}" : "";
        var tokens = trial.Tokens > 0 ? $", {trial.Tokens} tokens" : "";
        return first + tokens + (trial.TokensPerSecond is { } speed ? string.Create(CultureInfo.InvariantCulture, $", {speed:0.#} tokens/s") : "");
    }

    private static string Milliseconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms");
}
