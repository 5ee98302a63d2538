using System.CommandLine;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Cli.Options;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Cli.Commands;

/// <summary><c>remotellm keys issue USER</c>: standard output is the key and nothing else, so that a script can take it.</summary>
internal sealed class KeysIssueCommand : Command
{
    public KeysIssueCommand(EnvironmentSettings environment, TimeProvider time)
        : base("issue", "Make an API key and print it, once. The user is added when missing.")
    {
        var user = new Argument<string>("USER") { Description = "GitLab user name of the key's owner." };
        // No environment variable: REMOTELLM_NAME is the connector's name.
        var name = new Option<string?>("--name") { Description = "What the owner calls the key [default: key-N]." };
        var data = environment.Data();
        Add(user);
        Add(name);
        Add(data);
        SetAction(async (line, cancellationToken) =>
        {
            var key = ApiKey.Generate();
            var folder = line.Need(data);
            var editor = new UsersFileEditor(folder, time);
            var outcome = (await editor.AddKey(line.GetRequiredValue(user), line.GetValue(name), key, cancellationToken)).OrFail();

            var streams = line.InvocationConfiguration;
            await streams.Output.WriteLineAsync(key);
            (outcome with { Message = $"{outcome.Message} The key is shown only now: {editor.Path} keeps its hash." })
                .Tell(folder, time, "key.made", line.GetValue(name) is { } called ? $"{line.GetRequiredValue(user)}/{called}" : line.GetRequiredValue(user), streams.Error, ApiKey.Prefix(key));
            return ExitCodes.Ok;
        });
    }
}
