using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Tests.Access.Users;

public sealed class UsersFileEditsTests
{
    [Fact]
    public void Protect_PutsPrefixAndHashWhereTheKeyStood()
    {
        const string Key = "sk-any-text-of-32-characters-or-more";
        const string Other = "sk-other-text-of-32-characters-or-more";
        var (hash, other) = (ApiKey.Hash(Key).Format(), ApiKey.Hash(Other).Format());

        Assert.Equal(
            $"users:\n  - gitlab_username: a\n    keys:\n      - prefix: sk-any-\n        hash: {hash} # mine\n    role: user\n",
            Protect($"users:\n  - gitlab_username: a\n    api_key: {Key} # mine\n    role: user\n"));
        Assert.Equal(
            $"users:\n  - keys:\n      - prefix: sk-any-\n        created_at: 2025-01-02\n        hash: {hash}\n    gitlab_username: a\n    created_at: 2025-01-02",
            Protect($"users:\n  - api_key: '{Key}'\n    gitlab_username: a\n    created_at: 2025-01-02"));
        Assert.Equal(
            $"users:\r\n  - gitlab_username: a\r\n    keys:\r\n    - name: x\r\n      prefix: sk-oth\r\n      hash: {other} # y\r\n".Replace("sk-oth\r", "sk-othe\r", StringComparison.Ordinal),
            Protect($"users:\r\n  - gitlab_username: a\r\n    keys:\r\n    - name: x\r\n      api_key: {Other} # y\r\n"));
        Assert.Equal(
            $"users:\n  - gitlab_username: a\n    keys:\n      - hash: {other}\n      - prefix: sk-any-\n        hash: {hash}\n    # mine\n    role: user\n",
            Protect($"users:\n  - gitlab_username: a\n    keys:\n      - hash: {other}\n    api_key: {Key} # mine\n    role: user\n"));
        Assert.Equal($"users: [{{gitlab_username: a, keys: [{{prefix: sk-any-, hash: {hash}}}]}}]", Protect($"users: [{{gitlab_username: a, api_key: {Key}}}]"));
    }

    [Fact]
    public void Protect_SaysWhoseKeysByTheirPrefixes_OrThatThereIsNothingToDo()
    {
        var text = "users:\n" + string.Concat(Enumerable.Range(10, 25).Select(i => $"  - gitlab_username: u{i}\n    api_key: sk-{i}34-text-of-32-characters-or-more\n"));

        var outcome = UsersFileEdits.Protect(text).Outcome;

        Assert.Equal(EditStatus.Written, outcome.Status);
        Assert.StartsWith("Hashed 25 keys: u10 (sk-1034), u11 (sk-1134), ", outcome.Message, StringComparison.Ordinal);
        Assert.EndsWith(", and those of 5 more users.", outcome.Message, StringComparison.Ordinal);
        Assert.Equal(EditStatus.Unchanged, UsersFileEdits.Protect(UsersTemplate.Text).Outcome.Status);
        var broken = UsersFileEdits.Protect(text + "    role: king\n").Outcome;
        Assert.Equal(EditStatus.BrokenFile, broken.Status);
        Assert.StartsWith("users.yaml:52:11: ", broken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Protect_SaysWhereAKeyStillStands()
    {
        const string Key = "sk-any-text-of-32-characters-or-more";

        var edit = UsersFileEdits.Protect($"users:\n  # {Key} is a's\n  - gitlab_username: a\n    api_key: {Key}\n");

        Assert.Equal("Hashed 1 key: a (sk-any-). It still stands in line 2, in a comment or another field: take it out there by hand.", edit.Outcome.Message);
    }

    private static string Protect(string text)
    {
        var edit = UsersFileEdits.Protect(text);
        Assert.True(edit.Text is not null, edit.Outcome.Message);
        return edit.Text;
    }

    private static readonly DateTimeOffset s_now = new(2025, 11, 30, 10, 0, 0, TimeSpan.Zero);
    private static readonly string s_hash = ApiKey.Hash("k").Format();
    private static readonly string s_flow = $"{{name: laptop, prefix: sk-a1b2, hash: {s_hash}, created_at: 2025-11-30T10:00:00Z}}";

    [Fact]
    public void AddKey_ToTheTemplate_MakesTheUserBelowHisHeadingAndKeepsTheRest()
    {
        var after = Add(UsersTemplate.Text, "carol", "laptop");

        var head = UsersTemplate.Text[..(UsersTemplate.Text.IndexOf("\nusers:\n", StringComparison.Ordinal) + "\nusers:\n".Length)];
        Assert.Equal(head + Item("carol") + UsersTemplate.Text[head.Length..], after);
    }

    [Theory]
    [InlineData("", "users:\n", "")]
    [InlineData("# c", "\nusers:\n", "")]
    [InlineData("---\n", "users:\n", "")]
    [InlineData("defaults:\n  burst: 3 # x\n", "users:\n", "# tail\n")]
    [InlineData("users:", "\n", "")]
    [InlineData("users: # none yet\n", "", "# tail\n")]
    [InlineData("users:\n  - gitlab_username: a # x\n    note: |\n      block\n      text\n\n", "", "  # tail\n")]
    public void AddKey_NewUser_StandsBehindWhatIsThere(string before, string heading, string tail) =>
        Assert.Equal(before + heading + Item("carol") + tail, Add(before + tail, "carol", "laptop"));

    [Fact]
    public void AddKey_NewUser_TakesTheIndentationOfTheOthers()
    {
        Assert.Equal("users:\n- gitlab_username: a\n" + Item("carol").Replace("\n  ", "\n", StringComparison.Ordinal)[2..] + "end: 1\n", Add("users:\n- gitlab_username: a\nend: 1\n", "carol", "laptop"));
        Assert.Equal(
            "users:\r\n    - gitlab_username: a\r\n" + string.Concat(Item("carol").TrimEnd('\n').Split('\n').Select(line => $"  {line}\r\n")),
            Add("users:\r\n    - gitlab_username: a\r\n", "carol", "laptop"));
    }

    [Fact]
    public void AddKey_InBracesAndBrackets_StaysInTheirStyle()
    {
        Assert.Equal($"users: [{{gitlab_username: a, keys: [{s_flow}]}}] # c\n", Add("users: [{gitlab_username: a}] # c\n", "a", "laptop"));
        Assert.Equal($"users: [{{gitlab_username: a, keys: [{s_flow}] }}]\n", Add("users: [{gitlab_username: a, keys: [] }]\n", "a", "laptop"));
        Assert.Equal($"{{users: [{{gitlab_username: a}}, {{gitlab_username: b, created_at: 2025-11-30T10:00:00Z, keys: [{s_flow}]}}]}}", Add("{users: [{gitlab_username: a}]}", "b", "laptop"));
    }

    [Theory]
    [InlineData("    keys:\n", "    keys:\n", "")]
    [InlineData("    keys: # none\n    role: user\n", "    keys: # none\n", "    role: user\n")]
    [InlineData("    keys: [] # none\n", "    keys:  # none\n", "")]
    [InlineData("    keys: ~\n    # x\n", "    keys: \n", "    # x\n")]
    [InlineData("    role: user # r\n    # x\n", "    role: user # r\n    keys:\n", "    # x\n")]
    public void AddKey_FirstOfAUser_GoesBelowItsName(string own, string before, string behind)
    {
        const string User = "users:\n  - gitlab_username: a\n";

        Assert.Equal(User + before + KeyLines("      ") + behind, Add(User + own, "a", "laptop"));
    }

    [Fact]
    public void AddKey_FurtherKey_TakesTheIndentationOfTheOthersEvenUnusual()
    {
        var start = $"users:\n  - gitlab_username: a\n    keys:\n    - hash: {ApiKey.Hash("other").Format()} # c\n";

        Assert.Equal(start + KeyLines("    ") + "    # x\n", Add(start + "    # x\n", "A", "laptop"));
    }

    [Fact]
    public void AddKey_WithoutAName_TakesTheNextFreeNumber()
    {
        var one = UsersFileEdits.AddKey("", "a", new NewKey(null, "sk-1", ApiKey.Hash("1"), s_now)).Text!;
        var two = UsersFileEdits.AddKey(one, "a", new NewKey(null, "sk-2", ApiKey.Hash("2"), s_now)).Text!;

        Assert.Equal(["key-1", "key-2"], UsersFile.Parse(two).Content!.FindUser("a")!.Keys.Select(key => key.Name));
    }

    [Fact]
    public void AddKey_NameTaken_IsAConflict() => Assert.Equal(
        EditStatus.Conflict, UsersFileEdits.AddKey(Samples.Documented, "alice", Key("laptop")).Outcome.Status);

    [Fact]
    public void AddKey_NamesThatYamlWouldMisread_AreQuoted()
    {
        string[] names = ["true", "null", "1e3", "12", "a: b", "# x", "- y", "\"q\" \\", "ümläut", "*", "a #b", "~", "No"];
        var text = names.Aggregate("", (before, name) => Add(before, "007", name, name));

        Assert.Equal(names, UsersFile.Parse(text).Content!.FindUser("007")!.Keys.Select(key => key.Name));
    }

    [Theory]
    [InlineData("laptop", null)]
    [InlineData("sk-a1b2", null)]
    [InlineData("laptop", "ALICE")]
    public void RevokeKey_TakesOutItsLinesAndNothingElse(string selector, string? user)
    {
        var edit = UsersFileEdits.RevokeKey(Samples.Documented, selector, user);

        var start = Samples.Documented.IndexOf("      - name: laptop", StringComparison.Ordinal);
        var end = Samples.Documented.IndexOf("  - gitlab_username: bob", StringComparison.Ordinal);
        Assert.Equal(Samples.Documented[..start] + "      # optional\n" + Samples.Documented[end..], edit.Text);
    }

    [Fact]
    public void RevokeKey_OfTheShortForm_LeavesTheUser()
    {
        var edit = UsersFileEdits.RevokeKey(Samples.Documented, "sk-any-", null);

        Assert.Equal(Samples.Documented.Replace("    api_key: sk-any-text-of-32-characters-or-more\n", "", StringComparison.Ordinal), edit.Text);
    }

    [Fact]
    public void RevokeKey_ThatStandsBehindTheDash_LeavesTheDash()
    {
        var edit = UsersFileEdits.RevokeKey("users:\n  - api_key: sk-any-text-of-32-characters-or-more # typed\n    gitlab_username: bob\n", "sk-any-", null);

        Assert.Equal("users:\n  -  # typed\n    gitlab_username: bob\n", edit.Text);
        Assert.Equal("bob", Assert.Single(UsersFile.Parse(edit.Text!).Content!.Users).Name);
    }

    [Theory]
    [InlineData("[{A}, {B}, {C}]", "a", "[ {B}, {C}]")]
    [InlineData("[{A}, {B}, {C}]", "b", "[{A},  {C}]")]
    [InlineData("[{A}, {B}, {C}]", "c", "[{A}, {B} ]")]
    [InlineData("[{A} ]", "a", "[ ]")]
    [InlineData("[{A}, # one, two\n      {B}]", "b", "[{A} # one, two\n      ]")]
    [InlineData("[{A} # one, two\n      , {B}]", "a", "[ # one, two\n       {B}]")]
    public void RevokeKey_InBrackets_TakesItsCommaAlong(string keys, string name, string expected)
    {
        string Filled(string pattern) => "users:\n  - gitlab_username: u\n    keys: " + new[] { "a", "b", "c" }.Aggregate(pattern, (text, n) => text.Replace(
            $"{{{n.ToUpperInvariant()}}}", $"{{name: {n}, hash: '{ApiKey.Hash(n).Format()}'}}", StringComparison.Ordinal)) + "\n";

        Assert.Equal(Filled(expected), UsersFileEdits.RevokeKey(Filled(keys), name, null).Text);
    }

    [Fact]
    public void RevokeKey_MeaningSeveral_IsAConflictThatNamesThem()
    {
        var text = Add(Add("", "a", "laptop", "1"), "b", "laptop", "2");
        var outcome = UsersFileEdits.RevokeKey(text, "laptop", null).Outcome;

        Assert.Equal(EditStatus.Conflict, outcome.Status);
        Assert.Contains("a/laptop (sk-a1b2), b/laptop (sk-a1b2)", outcome.Message, StringComparison.Ordinal);
        Assert.Equal(EditStatus.Written, UsersFileEdits.RevokeKey(text, "laptop", "b").Outcome.Status);
    }

    [Theory]
    [InlineData("nothing", null)]
    [InlineData("laptop", "bob")]
    [InlineData("laptop", "zoe")]
    public void RevokeKey_Unknown_IsNotFound(string selector, string? user) =>
        Assert.Equal(EditStatus.NotFound, UsersFileEdits.RevokeKey(Samples.Documented, selector, user).Outcome.Status);

    [Theory]
    [InlineData("alice", true, "    blocked: false\n", "    blocked: true\n")]
    [InlineData("bob", true, "  - gitlab_username: bob       # the short form: a key typed by an operator\n", "  - gitlab_username: bob       # the short form: a key typed by an operator\n    blocked: true\n")]
    public void SetBlocked_ChangesOneWordOrAddsOneLine(string user, bool blocked, string old, string expected) => Assert.Equal(
        Samples.Documented.Replace(old, expected, StringComparison.Ordinal), UserEntryEdits.SetBlocked(Samples.Documented, user, blocked).Text);

    [Theory]
    [InlineData("blocked:")]
    [InlineData("blocked: # why")]
    [InlineData("blocked: ~")]
    [InlineData("blocked: \"false\" # why")]
    public void SetBlocked_InWhateverFormItStands_KeepsItsComment(string line)
    {
        var edit = UserEntryEdits.SetBlocked($"users:\n  - gitlab_username: a\n    {line}\n    role: user\n", "a", true);

        Assert.Equal(EditStatus.Written, edit.Outcome.Status);
        Assert.True(UsersFile.Parse(edit.Text!).Content!.FindUser("a")!.Blocked);
        Assert.Equal(line.Contains('#', StringComparison.Ordinal), edit.Text!.Contains("# why\n", StringComparison.Ordinal));
    }

    [Fact]
    public void SetBlocked_ToWhatItIs_ChangesNothing() =>
        Assert.Equal((EditStatus.Unchanged, null), (UserEntryEdits.SetBlocked(Samples.Documented, "bob", false).Outcome.Status, UserEntryEdits.SetBlocked(Samples.Documented, "bob", false).Text));

    [Fact]
    public void AFileWithAnError_IsLeftAlone()
    {
        var edit = UsersFileEdits.AddKey("users:\n  - gitlab_username: a\n    blocked: maybe\n", "b", Key("laptop"));

        Assert.Equal((EditStatus.BrokenFile, null), (edit.Outcome.Status, edit.Text));
        Assert.Contains("users.yaml:3:14", edit.Outcome.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("? users\n: - ? gitlab_username\n    : a\n")]
    [InlineData("users: [{gitlab_username: a,}]\n")]
    [InlineData("\"users\":\n  - \"gitlab_username\": 'a'\n")]
    [InlineData("users:\n  -\n    # first\n    gitlab_username: a\n")]
    [InlineData("%YAML 1.2\n---\nusers:\n  - gitlab_username: a\n...\n")]
    public void UnusualYaml_IsEditedWellOrNotAtAll(string text)
    {
        var edit = UsersFileEdits.AddKey(text, "a", Key("laptop"));

        Assert.True(edit.Text is null ? edit.Outcome.Status == EditStatus.BrokenFile : UsersFile.Parse(edit.Text).Content!.FindUser("a")!.Keys.Count == 1);
    }

    private static NewKey Key(string name, string secret = "k") => new(name, "sk-a1b2", ApiKey.Hash(secret), s_now);

    private static string Add(string text, string user, string name, string secret = "k")
    {
        var edit = UsersFileEdits.AddKey(text, user, Key(name, secret));
        Assert.True(edit.Text is not null, edit.Outcome.Message);
        return edit.Text;
    }

    private static string Item(string user) => $"  - gitlab_username: {user}\n    created_at: 2025-11-30T10:00:00Z\n    keys:\n" + KeyLines("      ");

    private static string KeyLines(string indent) =>
        $"{indent}- name: laptop\n{indent}  prefix: sk-a1b2\n{indent}  hash: {s_hash}\n{indent}  created_at: 2025-11-30T10:00:00Z\n";
}
