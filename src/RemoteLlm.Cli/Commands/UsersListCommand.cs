using System.CommandLine;
using System.Globalization;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Cli.Options;
using RemoteLlm.Cli.Output;
using RemoteLlm.Hosting.Configuration;

namespace RemoteLlm.Cli.Commands;

/// <summary><c>remotellm users list</c>: everybody in <c>users.yaml</c>.</summary>
internal sealed class UsersListCommand : Command
{
    private static readonly string[] s_heading = ["USER", "GITLAB ID", "ROLE", "STATUS", "KEYS", "ADDED"];

    public UsersListCommand(EnvironmentSettings environment, TimeProvider time)
        : base("list", "List the users in users.yaml.")
    {
        var status = new Option<string?>("--status") { Description = "Only those who are so: active, pending or blocked." };
        status.AcceptOnlyFromAmong("active", "pending", "blocked");
        var data = environment.Data();
        var format = environment.Format();
        Add(status);
        Add(data);
        Add(format);
        SetAction(line =>
        {
            var (users, now) = (AccessFileAnswers.Read(line.Need(data), UsersFile.Name, text => UsersFile.Parse(text)), time.GetUtcNow());
            var rows = users.Users.Select(user => Row.Of(user, now)).Where(row => line.GetValue(status) is not { } wanted || row.Status == wanted).ToList();
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

    private sealed record Row(string User, long? GitlabId, string Role, string Status, int Keys, DateTimeOffset? CreatedAt)
    {
        [System.Text.Json.Serialization.JsonIgnore]
        public string[] Cells => [User, GitlabId?.ToString(CultureInfo.InvariantCulture) ?? "-", Role, Status, Keys.ToString(CultureInfo.InvariantCulture), CreatedAt.Show()];

        public static Row Of(UserRecord user, DateTimeOffset now) => new(
            user.Name,
            user.GitLabId,
            user.Role == UserRole.Operator ? "operator" : "user",
            user.Blocked ? "blocked" : user.Pending ? "pending" : "active",
            user.Keys.Count(key => key.ExpiresAt is not { } end || end > now),
            user.CreatedAt);
    }
}
