using System.CommandLine;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Cli.Options;
using RemoteLlm.Cli.Output;
using RemoteLlm.Hosting.Configuration;

namespace RemoteLlm.Cli.Commands;

/// <summary><c>remotellm keys list</c>: every key by what one may know of it.</summary>
internal sealed class KeysListCommand : Command
{
    private static readonly string[] s_heading = ["USER", "NAME", "PREFIX", "STATUS", "CREATED", "EXPIRES"];

    public KeysListCommand(EnvironmentSettings environment, TimeProvider time)
        : base("list", "List the API keys in users.yaml.")
    {
        var data = environment.Data();
        var format = environment.Format();
        Add(data);
        Add(format);
        SetAction(line =>
        {
            var users = AccessFileAnswers.Read(line.Need(data), UsersFile.Name, text => UsersFile.Parse(text));
            var now = time.GetUtcNow();
            var rows = users.Users.SelectMany(user => user.Keys).Select(key => Row.Of(key, now)).ToList();
            var output = line.InvocationConfiguration.Output;
            if (line.GetValue(format) == ListFormat.Json)
            {
                ListJson.Write(output, rows);
            }
            else
            {
                TextTable.Write(output, s_heading, [.. rows.Select(row => row.Cells)]);
            }

            return ExitCodes.Ok;
        });
    }

    private sealed record Row(string User, string Name, string Prefix, string Status, DateTimeOffset? CreatedAt, DateTimeOffset? ExpiresAt)
    {
        [System.Text.Json.Serialization.JsonIgnore]
        public string[] Cells => [User, Name, Prefix, Status, CreatedAt.Show(), ExpiresAt.Show()];

        public static Row Of(KeyRecord key, DateTimeOffset now) =>
            new(key.User, key.Name, key.Prefix, Word(key.Standing(now)), key.CreatedAt, key.ExpiresAt);

        private static string Word(KeyStanding standing) => standing switch
        {
            KeyStanding.Admitted => "active",
            KeyStanding.Blocked => "blocked",
            KeyStanding.Pending => "pending",
            _ => "expired",
        };
    }
}
