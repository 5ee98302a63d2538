using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Portal.Audit;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Testing;

namespace RemoteLlm.Broker.Tests.Portal.Audit;

/// <summary>What people write into users.yaml by hand is in the audit log, once; what portal and commands write is told by those.</summary>
public sealed class FileEditsTests : IAsyncDisposable
{
    private const string Key = "sk-any-text-of-32-characters-or-more";
    private const string First = "users:\n  - gitlab_username: alice\n  - gitlab_username: bob\n";

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();
    private readonly AccessFiles _files;
    private readonly FileEdits _edits;

    public FileEditsTests()
    {
        var options = new AccessFilesOptions(_folder.Path, RequestLimits.Default, []);
        _files = new AccessFiles(options, _time, NullLogger<AccessFiles>.Instance);
        _edits = new FileEdits(_files, options, new AuditLog(_folder.Path, _time, NullLogger<AuditLog>.Instance));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // A command: another process, which knows nothing of what this one has read.
    private UsersFileEditor Command => new(_folder.Path, _time);

    public async ValueTask DisposeAsync()
    {
        await _files.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task An_edit_by_hand_is_a_line_for_each_user_and_says_what_changed()
    {
        await Start($"{First}  - gitlab_username: carol\n    keys:\n      - {{name: old, hash: {KeyDigest.Of("old").Format()}}}\n  - gitlab_username: dave\n");
        Assert.Empty(Lines());

        await ByHand($"users:\n  - gitlab_username: alice\n    role: operator\n    blocked: true\n    limits: {{burst: 3}}\n    models: [a]\n  - gitlab_username: bob\n  - gitlab_username: carol\n    status: pending\n    api_key: {Key}\n  - gitlab_username: erin\n    role: operator\n");

        Assert.Equal(
            [
                "file user.changed alice: role user to operator; blocked; burst none to 3; models all to [a]",
                "file user.changed carol: status active to pending; keys added: sk-any-; keys removed: old (sk-?)",
                "file user.removed dave: ",
                "file user.added erin: role operator",
            ],
            Lines());
    }

    [Fact]
    public async Task An_edit_of_a_command_is_not_told_again()
    {
        await Start(First);

        await Command.SetBlocked("alice", true, Token);
        await Command.AddKey("bob", "laptop", ApiKey.Generate(), Token);
        await _files.Refresh(Token);
        await Command.SetBlocked("alice", false, Token);
        await _files.Refresh(Token);

        Assert.False(_files.Users.FindUser("alice")!.Blocked);
        Assert.Empty(Lines());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_a_hand_and_a_command_came_between_two_looks_all_is_told_with_a_remark(bool isHandFirst)
    {
        await Start(First);
        if (!isHandFirst)
            await Command.SetBlocked("alice", true, Token);
        _folder.Write(UsersFile.Name, (await File.ReadAllTextAsync(_folder[UsersFile.Name], Token)) + "  - gitlab_username: mallory\n    role: operator\n");
        if (isHandFirst)
            await Command.SetBlocked("alice", true, Token);

        await _files.Refresh(Token);

        Assert.Equal(["file user.changed alice: blocked; together with an edit that has a line of its own", "file user.added mallory: role operator; together with an edit that has a line of its own"], Lines());
    }

    [Fact]
    public async Task A_file_that_was_broken_meanwhile_is_compared_with_the_last_good_one()
    {
        await Start(First);

        await ByHand(First + "    blocked: perhaps\n");
        await ByHand(First);
        Assert.Empty(Lines());
        await ByHand(First + "    blocked: perhaps\n");
        await ByHand(First + "    blocked: true\n");

        Assert.Equal(["file user.changed bob: blocked"], Lines());
    }

    [Fact]
    public async Task What_was_undone_by_hand_is_told_although_a_command_once_wrote_that_text()
    {
        await Start(First);
        await Command.SetBlocked("alice", true, Token);
        await _files.Refresh(Token);
        await Command.SetBlocked("alice", false, Token);
        await _files.Refresh(Token);

        await ByHand(First.Replace("alice\n", "alice\n    blocked: true\n", StringComparison.Ordinal));

        Assert.Equal(["file user.changed alice: blocked"], Lines());
    }

    [Fact]
    public async Task Of_many_users_some_are_told_and_the_rest_is_counted()
    {
        await Start(First);

        await ByHand(First + string.Concat(Enumerable.Range(0, FileEdits.MostUsers + 7).Select(i => string.Create(CultureInfo.InvariantCulture, $"  - gitlab_username: new{i:000}\n"))));

        Assert.Equal(FileEdits.MostUsers + 1, Lines().Count);
        Assert.Equal("file users.changed users.yaml: 7 more users", Lines()[^1]);
    }

    [Fact]
    public async Task No_key_is_told_wherever_it_was_written()
    {
        await Start(First);

        await ByHand($"users:\n  - gitlab_username: alice\n    models: [{Key}]\n    keys:\n      - name: {Key}\n        prefix: {Key}\n        hash: {KeyDigest.Of("x").Format()}\n  - gitlab_username: bob\n    api_key: {Key}0\n");

        var lines = string.Join('\n', Lines());
        Assert.Contains("sk-any-", lines, StringComparison.Ordinal);
        Assert.DoesNotContain("of-32", lines, StringComparison.Ordinal);
        Assert.DoesNotContain(KeyDigest.Of("x").ToHex()[..12], lines, StringComparison.Ordinal);
    }

    private async Task Start(string text)
    {
        _folder.Write(UsersFile.Name, text);
        await _files.StartAsync(Token);
        await _edits.StartAsync(Token);
    }

    private async Task ByHand(string text)
    {
        _folder.Write(UsersFile.Name, text);
        await _files.Refresh(Token);
    }

    private List<string> Lines() => !File.Exists(_folder[AuditLog.Name]) ? [] :
    [
        .. File.ReadLines(_folder[AuditLog.Name]).Select(line => JsonDocument.Parse(line).RootElement).Select(line =>
            $"{line.GetProperty("actor")} {line.GetProperty("action")} {line.GetProperty("target")}: {(line.TryGetProperty("detail", out var detail) ? detail.GetString() : "")}"),
    ];
}
