using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Tests.Access.Users;

public sealed class UserEntryEditsTests
{
    private const string Alice = "users:\n  - gitlab_username: alice # the first\n    created_at: 2025-11-30T10:00:00Z\n    keys: []\n";

    private static readonly DateTimeOffset s_now = new(2025, 11, 30, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_new_user_is_listed_with_all_that_is_known()
    {
        var key = ApiKey.Generate();

        var text = UsersFileEdits.AddUser("users:\n", new NewUser("bob") { GitLabId = 7, Role = UserRole.Operator, Pending = true }, NewKey.Of(null, key, s_now), s_now).Text!;

        Assert.Equal(
            $"users:\n  - gitlab_username: bob\n    gitlab_id: 7\n    role: operator\n    status: pending\n    created_at: 2025-11-30T10:00:00Z\n    keys:\n      - name: key-1\n        prefix: {ApiKey.Prefix(key)}\n        hash: {ApiKey.Hash(key).Format()}\n        created_at: 2025-11-30T10:00:00Z\n",
            text);
    }

    [Fact]
    public void A_name_or_a_number_that_is_listed_is_a_conflict()
    {
        var text = UsersFileEdits.AddUser("", new NewUser("bob") { GitLabId = 7 }, null, s_now).Text!;

        Assert.Equal(EditStatus.Conflict, UsersFileEdits.AddUser(text, new NewUser("BOB") { GitLabId = 8 }, null, s_now).Outcome.Status);
        Assert.Equal(EditStatus.Conflict, UsersFileEdits.AddUser(text, new NewUser("robert") { GitLabId = 7 }, null, s_now).Outcome.Status);
    }

    [Fact]
    public void Role_number_and_approval_are_written_behind_the_name()
    {
        var pending = Alice.Replace("    keys", "    status: pending\n    keys", StringComparison.Ordinal);

        Assert.Contains("# the first\n    role: operator\n", UserEntryEdits.SetRole(Alice, "Alice", UserRole.Operator).Text, StringComparison.Ordinal);
        Assert.Contains("# the first\n    gitlab_id: 7\n", UserEntryEdits.SetGitLabId(Alice, "alice", 7).Text, StringComparison.Ordinal);
        Assert.Contains("\n    status: active\n", UserEntryEdits.Approve(pending, "alice").Text, StringComparison.Ordinal);
        Assert.Equal(EditStatus.Unchanged, UserEntryEdits.Approve(Alice, "alice").Outcome.Status);
        Assert.Equal(EditStatus.Unchanged, UserEntryEdits.SetRole(Alice, "alice", UserRole.User).Outcome.Status);
        Assert.Equal(EditStatus.NotFound, UserEntryEdits.SetRole(Alice, "zoe", UserRole.User).Outcome.Status);
    }

    [Fact]
    public void A_number_that_is_there_is_not_written_over()
    {
        var text = UserEntryEdits.SetGitLabId(Alice + "  - gitlab_username: bob\n", "alice", 7).Text!;

        Assert.Equal(EditStatus.Unchanged, UserEntryEdits.SetGitLabId(text, "alice", 7).Outcome.Status);
        Assert.Equal(EditStatus.Conflict, UserEntryEdits.SetGitLabId(text, "alice", 8).Outcome.Status);
        Assert.Equal(EditStatus.Conflict, UserEntryEdits.SetGitLabId(text, "bob", 7).Outcome.Status);
    }

    [Fact]
    public void Limits_and_models_come_in_one_line_each_and_go_without_a_trace()
    {
        var changed = Change(Alice, new UserChange(new LimitFields { RequestsPerMinute = 120, CostPerDay = 2.50m }, ["llama3*", "qwen3:8b"]));

        Assert.Equal(
            Alice.Replace("    keys", "    models: [\"llama3*\", \"qwen3:8b\"]\n    limits: {requests_per_minute: 120, cost_per_day: 2.50}\n    keys", StringComparison.Ordinal), changed);
        Assert.Equal(Alice, Change(changed, new UserChange(LimitFields.None, null)));
    }

    [Fact]
    public void Limits_that_stand_there_keep_their_form_their_order_and_their_comments()
    {
        const string Before = "users:\n  - gitlab_username: alice\n    limits:\n      weight: 2 # she pays\n      burst: 3\n      unknown: 1\n";

        Assert.Equal(
            "users:\n  - gitlab_username: alice\n    limits:\n      weight: 4 # she pays\n      unknown: 1\n      tokens_per_day: 1000\n",
            Change(Before, new UserChange(new LimitFields { Weight = 4, TokensPerDay = 1000 }, null)));
    }

    [Fact]
    public void A_change_made_of_another_state_of_the_entry_is_refused_and_a_key_made_meanwhile_is_no_other_state()
    {
        var stamp = StampOf(Alice);
        var blocked = UserEntryEdits.SetBlocked(Alice, "alice", true).Text!;
        var withKey = UsersFileEdits.AddKey(Alice, "alice", NewKey.Of("x", ApiKey.Generate(), s_now)).Text!;
        var change = new UserChange(new LimitFields { Burst = 2 }, null);

        Assert.Equal(EditStatus.Conflict, UserEntryEdits.Change(blocked, "alice", change, stamp).Outcome.Status);
        Assert.Equal(EditStatus.Written, UserEntryEdits.Change(withKey, "alice", change, stamp).Outcome.Status);
    }

    [Fact]
    public async Task Limits_that_cannot_be_are_refused_before_the_file_is_looked_at()
    {
        using var folder = new RemoteLlm.Testing.TemporaryFolder();
        var editor = new UsersFileEditor(folder.Path, TimeProvider.System);

        foreach (var limits in new LimitFields[] { new() { Burst = 0 }, new() { Weight = 0 }, new() { Weight = 1001 }, new() { TokensPerDay = -1 }, new() { CostPerMonth = -1 }, new() { RequestsPerMinute = double.NaN } })
            Assert.Equal(EditStatus.Invalid, (await editor.Change("alice", new UserChange(limits, null), "", TestContext.Current.CancellationToken)).Status);
        Assert.Equal(EditStatus.Invalid, (await editor.Change("alice", new UserChange(LimitFields.None, ["a\nb"]), "", TestContext.Current.CancellationToken)).Status);
    }

    private static string StampOf(string text) => UserStamp.Of(UsersFile.Parse(text).Content!.FindUser("alice")!);

    private static string Change(string text, UserChange change)
    {
        var edit = UserEntryEdits.Change(text, "alice", change, StampOf(text));
        Assert.True(edit.Text is not null, edit.Outcome.Message);
        return edit.Text;
    }
}
