using System.CommandLine;
using System.Text.Json;
using RemoteLlm.Broker.Access.Connectors;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Cli.Commands;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Testing;

namespace RemoteLlm.Cli.Tests.Commands;

public sealed class AccessCommandsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task KeysIssue_PrintsTheKeyAloneAndListsItsHash()
    {
        var (code, output, error) = await Run("keys", "issue", "alice", "--name", "laptop");

        Assert.Equal(ExitCodes.Ok, code);
        var key = output.TrimEnd();
        Assert.Equal(key + Environment.NewLine, output);
        Assert.Matches("^sk-[0-9a-f]{32}$", key);
        Assert.Contains("alice", error, StringComparison.Ordinal);
        Assert.DoesNotContain(key, error, StringComparison.Ordinal);
        Assert.True(Users().TryFind(ApiKey.Hash(key), out var record));
        Assert.Equal(("alice", "laptop"), (record.User, record.Name));
    }

    [Fact]
    public async Task KeysIssue_Twice_NumbersTheKeys()
    {
        await Run("keys", "issue", "alice");
        await Run("keys", "issue", "ALICE");

        Assert.Equal(["key-1", "key-2"], Assert.Single(Users().Users).Keys.Select(key => key.Name));
    }

    [Fact]
    public async Task KeysList_ShowsATableOrJson_AndNeverAHash()
    {
        var key = (await Run("keys", "issue", "alice", "--name", "laptop")).Output.TrimEnd();
        await Run("keys", "issue", "bob");

        var (_, table, _) = await Run("keys", "list");
        Assert.Equal(
            [
                "USER   NAME    PREFIX   STATUS  CREATED            EXPIRES",
                $"alice  laptop  {ApiKey.Prefix(key)}  active  2025-11-30 10:00Z  -",
            ],
            table.Split(Environment.NewLine).Take(2));
        var (_, json, _) = await Run("keys", "list", "--format", "json");
        var first = JsonDocument.Parse(json).RootElement[0];
        Assert.Equal(
            ["alice", "laptop", ApiKey.Prefix(key), "active", "2025-11-30T10:00:00+00:00"],
            new[] { "user", "name", "prefix", "status", "created_at" }.Select(name => first.GetProperty(name).GetString()));
        Assert.DoesNotContain(ApiKey.Hash(key).ToHex(), table + json, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("laptop")]
    [InlineData("prefix")]
    public async Task KeysRevoke_ByNameOrPrefix_TakesTheKeyOut(string how)
    {
        var key = (await Run("keys", "issue", "alice", "--name", "laptop")).Output.TrimEnd();

        var (code, output, error) = await Run("keys", "revoke", how == "prefix" ? ApiKey.Prefix(key) : how);

        Assert.Equal((ExitCodes.Ok, ""), (code, output));
        Assert.Contains("Revoked the key laptop", error, StringComparison.Ordinal);
        Assert.False(Users().TryFind(ApiKey.Hash(key), out _));
    }

    [Fact]
    public async Task UsersProtect_HashesEveryPlainKey_PrintsNone_AndHasThenNothingToDo()
    {
        const string Alice = "sk-aaaa-typed-by-an-operator-0000000";
        const string Bob = "sk-bbbb-typed-by-an-operator-0000000";
        var path = _folder.Write("users.yaml", $"""
            users:   # all of us
              - gitlab_username: alice
                api_key: {Alice} # on paper
              - gitlab_username: bob
                keys:
                  - name: nightly
                    api_key: "{Bob}"
                    class: batch

            """);

        var (code, output, error) = await Run("users", "protect");

        Assert.Equal((ExitCodes.Ok, ""), (code, output));
        Assert.Equal("Hashed 2 keys: alice (sk-aaaa), bob (sk-bbbb)." + Environment.NewLine, error);
        var text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("typed-by", text, StringComparison.Ordinal);
        Assert.Contains("# all of us", text, StringComparison.Ordinal);
        Assert.Contains($"hash: {ApiKey.Hash(Alice).Format()} # on paper", text, StringComparison.Ordinal);
        Assert.True(Users().TryFind(ApiKey.Hash(Alice), out _));
        Assert.True(Users().TryFind(ApiKey.Hash(Bob), out var nightly));
        Assert.Equal(("nightly", RequestClass.Batch), (nightly.Name, nightly.Class));

        var again = await Run("users", "protect");
        Assert.Equal((ExitCodes.Ok, ""), (again.Code, again.Output));
        Assert.Contains("is a hash already", again.Error, StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task UsersProtect_OfABrokenFile_SaysWhereAndWritesNothing()
    {
        const string Broken = "users:\n  - gitlab_username: alice\n    api_key: sk-aaaa-typed-by-an-operator-0000000\n    role: king\n";
        var path = _folder.Write("users.yaml", Broken);

        var (code, _, error) = await Run("users", "protect");

        Assert.Equal(ExitCodes.Usage, code);
        Assert.Contains("users.yaml:4:11: role must be", error, StringComparison.Ordinal);
        Assert.DoesNotContain("typed-by", error, StringComparison.Ordinal);
        Assert.Equal(Broken, await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task KeysRevoke_MeaningSeveral_AsksForTheUser()
    {
        await Run("keys", "issue", "alice", "--name", "laptop");
        await Run("keys", "issue", "bob", "--name", "laptop");

        var (code, _, error) = await Run("keys", "revoke", "laptop");
        Assert.Equal(ExitCodes.Failed, code);
        Assert.Contains("--user", error, StringComparison.Ordinal);

        Assert.Equal(ExitCodes.Ok, (await Run("keys", "revoke", "laptop", "--user", "bob")).Code);
        Assert.Equal("alice", Assert.Single(Users().Keys).User);
    }

    [Fact]
    public async Task ConnectorsAdd_PrintsTheTokenAloneAndListsItsHash()
    {
        var (code, output, error) = await Run("connectors", "add", "gpu-box");

        Assert.Equal(ExitCodes.Ok, code);
        var token = output.TrimEnd();
        Assert.Matches("^rlc-[0-9a-f]{32}$", token);
        Assert.DoesNotContain(token, error, StringComparison.Ordinal);
        var directory = ConnectorsFile.Parse(await File.ReadAllTextAsync(_folder["connectors.yaml"], TestContext.Current.CancellationToken)).Content!;
        Assert.True(directory.TryFind(ConnectorToken.Hash(token), out var box));
        Assert.Equal("gpu-box", box.Name);

        var (_, table, _) = await Run("connectors", "list");
        Assert.Contains($"gpu-box  {ConnectorToken.Prefix(token)}  active  2025-11-30 10:00Z", table, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Ok, (await Run("connectors", "remove", "gpu-box")).Code);
        Assert.Equal("[]", (await Run("connectors", "list", "--format", "json")).Output.TrimEnd());
    }

    [Theory]
    [InlineData(ExitCodes.Failed, "no key", "keys", "revoke", "nothing")]
    [InlineData(ExitCodes.Failed, "there is no connector", "connectors", "remove", "nothing")]
    [InlineData(ExitCodes.Failed, "already", "connectors", "add", "taken")]
    [InlineData(ExitCodes.Failed, "already", "keys", "issue", "zoe", "--name", "taken")]
    [InlineData(ExitCodes.Usage, "lowercase", "connectors", "add", "GPU BOX")]
    [InlineData(ExitCodes.Usage, "letters, digits", "keys", "issue", "a b")]
    [InlineData(ExitCodes.Usage, "expected table or json", "keys", "list", "--format", "xml")]
    [InlineData(ExitCodes.Usage, "keys issue --help", "keys", "issue")]
    public async Task Refusals_AreOneLineAndAnExitCode(int exitCode, string words, params string[] args)
    {
        await Run("connectors", "add", "taken");
        await Run("keys", "issue", "zoe", "--name", "taken");

        var (code, output, error) = await Run(args);

        Assert.Equal((exitCode, ""), (code, output));
        Assert.Equal(1, error.Count(c => c == '\n'));
        Assert.Contains(words, error, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("keys", "issue", "alice")]
    [InlineData("keys", "list")]
    [InlineData("keys", "revoke", "x")]
    public async Task ABrokenFile_IsNamedWithItsPlaceAndLeftAlone(params string[] args)
    {
        const string Broken = "users:\n  - gitlab_username: a\n    blocked: maybe\n";
        _folder.Write("users.yaml", Broken);

        var (code, output, error) = await Run(args);

        Assert.Equal((ExitCodes.Usage, ""), (code, output));
        Assert.Contains("users.yaml:3:14", error, StringComparison.Ordinal);
        Assert.Equal(Broken, await File.ReadAllTextAsync(_folder["users.yaml"], TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("keys", "list")]
    [InlineData("keys", "revoke", "x")]
    [InlineData("connectors", "list")]
    [InlineData("connectors", "remove", "x")]
    public async Task WithoutAFile_SaysWhereItLookedAndMakesNone(params string[] args)
    {
        var (code, _, error) = await Run(args);

        Assert.Equal(ExitCodes.Failed, code);
        Assert.Contains("--data", error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task Data_OnTheCommandLine_WinsOverTheEnvironment()
    {
        await Run("keys", "issue", "alice", "--data", _folder["elsewhere"]);

        Assert.True(File.Exists(_folder["elsewhere/users.yaml"]));
        Assert.False(File.Exists(_folder["users.yaml"]));
    }

    [Fact]
    public async Task Users_are_listed_approved_blocked_unblocked_and_given_roles()
    {
        _folder.Write("users.yaml", "users:\n  - gitlab_username: alice\n    gitlab_id: 7\n    status: pending\n  - gitlab_username: bob\n");

        Assert.Equal(ExitCodes.Ok, (await Run("users", "approve", "alice")).Code);
        Assert.Equal(ExitCodes.Ok, (await Run("users", "role", "alice", "operator")).Code);
        Assert.Equal(ExitCodes.Ok, (await Run("users", "block", "bob")).Code);
        Assert.Equal(["USER   GITLAB ID  ROLE      STATUS   KEYS  ADDED", "alice  7          operator  active   0     -", "bob    -          user      blocked  0     -"],
            (await Run("users", "list")).Output.TrimEnd().Split(Environment.NewLine));
        Assert.Equal("bob", JsonDocument.Parse((await Run("users", "list", "--status", "blocked", "--format", "json")).Output).RootElement[0].GetProperty("user").GetString());
        Assert.Contains("no longer blocked", (await Run("users", "unblock", "bob")).Error, StringComparison.Ordinal);
        Assert.False(Users().FindUser("bob")!.Blocked);

        Assert.Equal(ExitCodes.Failed, (await Run("users", "approve", "zoe")).Code);
        Assert.Equal(ExitCodes.Usage, (await Run("users", "role", "alice", "king")).Code);
    }

    [Fact]
    public async Task Who_is_demoted_is_named_by_no_setting_that_would_make_an_operator_again()
    {
        _folder.Write("users.yaml", "users:\n  - gitlab_username: alice\n    role: operator\n  - gitlab_username: Olga\n    role: operator\n");

        var (code, _, error) = await Run("users", "role", "alice", "user");
        Assert.Equal(ExitCodes.Ok, code);
        Assert.Contains("--operators", error, StringComparison.Ordinal);
        (code, _, error) = await Run("users", "role", "Olga", "user");

        Assert.Equal(ExitCodes.Usage, code);
        Assert.Contains("REMOTELLM_OPERATORS names Olga", error, StringComparison.Ordinal);
        Assert.Equal((UserRole.User, UserRole.Operator), (Users().FindUser("alice")!.Role, Users().FindUser("Olga")!.Role));
    }

    [Fact]
    public async Task Every_change_is_in_the_audit_log_and_what_changes_nothing_is_not()
    {
        var key = (await Run("keys", "issue", "alice", "--name", "laptop")).Output.TrimEnd();
        await Run("users", "approve", "alice");
        await Run("users", "role", "alice", "operator");
        await Run("keys", "revoke", "laptop");
        var token = (await Run("connectors", "add", "gpu-box")).Output.TrimEnd();
        await Run("connectors", "remove", "gpu-box");

        var text = await File.ReadAllTextAsync(_folder["audit.jsonl"], TestContext.Current.CancellationToken);
        var lines = text.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(
            ["key.made alice/laptop", "user.changed alice", "key.revoked laptop", "connector.made gpu-box", "connector.revoked gpu-box"],
            lines.Select(line => $"{line.GetProperty("action")} {line.GetProperty("target")}"));
        Assert.All(lines, line => Assert.Equal($"cli:{Environment.UserName}", line.GetProperty("actor").GetString()));
        Assert.DoesNotContain(key, text, StringComparison.Ordinal);
        Assert.DoesNotContain(token, text, StringComparison.Ordinal);
    }

    private UserDirectory Users() => UsersFile.Parse(File.ReadAllText(_folder["users.yaml"])).Content!;

    private async Task<(int Code, string Output, string Error)> Run(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var environment = new EnvironmentSettings([new("REMOTELLM_DATA", _folder.Path), new("REMOTELLM_NAME", "gpu-box"), new("REMOTELLM_USER", "root"), new("REMOTELLM_OPERATORS", "max, @olga")]);
        var root = new RemoteLlmCommand { new KeysCommand(environment, _time), new UsersCommand(environment, _time), new ConnectorsCommand(environment, _time) };
        var code = await CommandLine.Run(root, args, new InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }
}
