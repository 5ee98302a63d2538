using System.Net;
using RemoteLlm.Testing.Access;

namespace RemoteLlm.EndToEnd.Tests;

/// <summary>Ten thousand users in <c>users.yaml</c>, over the real hub.</summary>
public sealed class ManyUsersTests
{
    private const int Users = 10_000;

    [Fact]
    public async Task An_edit_of_one_user_sends_that_user_and_nobody_else()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { Users = TestUsers.Unlimited + Others(ManyUsers.Text(Users)) });
        var whole = Applied();
        Assert.Equal(Users + 1, whole.Users);

        await cluster.ChangeUsers(TestUsers.Unlimited + Others(ManyUsers.Text(Users, changed: 4321)));

        Assert.Equal((1, 0, whole.Keys), Applied());
        using var client = cluster.ClientWith(ManyUsers.Key(4321, 0));
        using (var answer = await client.Chat())
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        await cluster.ChangeUsers(TestUsers.Unlimited + Others(ManyUsers.Text(Users - 2)));

        // The one who is himself again, and the last two, of whom one has one key and the other two.
        Assert.Equal((1, 2, whole.Keys - 3), Applied());

        (int Users, int Gone, int Keys) Applied()
        {
            var message = cluster.Connector.Logs.Entries.Last(entry => entry.Says("Roster applied")).Message.Split(' ');
            return (Number(3), Number(4), Number(5));

            int Number(int at) => int.Parse(message[at], System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    private static string Others(string file) => file[(file.IndexOf("users:\n", StringComparison.Ordinal) + "users:\n".Length)..];
}
