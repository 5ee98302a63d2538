using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Tests.Access.Users;

public sealed class UsersFileTests
{
    private const string Hash = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    private const string Typed = "sk-any-text-of-32-characters-or-more";

    [Fact]
    public void Parse_EveryDocumentedField_IsKnownAndTaken()
    {
        var reading = UsersFile.Parse(Samples.Documented);

        Assert.Empty(reading.Errors);
        Assert.Empty(reading.Warnings);
        var alice = reading.Content!.FindUser("Alice")!;
        Assert.Equal((12345L, UserRole.Operator, false, false), (alice.GitLabId, alice.Role, alice.Blocked, alice.Pending));
        Assert.Equal(new RequestLimits(120, 11) { ConcurrentRequests = 4 }, alice.Limits);
        var laptop = Assert.Single(alice.Keys);
        Assert.Equal(("laptop", "sk-a1b2", Hash), (laptop.Name, laptop.Prefix, laptop.Digest.Format()));
        Assert.Equal(new DateTimeOffset(2026, 11, 30, 10, 0, 0, TimeSpan.Zero), laptop.ExpiresAt);
        Assert.True(laptop.Allows("llama3.2:3b"));
        Assert.False(laptop.Allows("gpt-oss"));

        Assert.True(reading.Content.TryFind(ApiKey.Hash(Typed), out var bob));
        Assert.Equal(("bob", "sk-any-", "sk-any-", new RequestLimits(61, 11) { ConcurrentRequests = 4 }), (bob.User, bob.Name, bob.Prefix, bob.Limits));
        Assert.Null(bob.Models);
    }

    [Fact]
    public void Parse_TheTemplate_IsGoodAndAdmitsNobody()
    {
        var reading = UsersFile.Parse(UsersTemplate.Text);

        Assert.Empty(reading.Errors);
        Assert.Empty(reading.Warnings);
        Assert.Empty(reading.Content!.Users);
    }

    [Fact]
    public void Parse_TheTemplateWithItsExamplesUncommented_IsGood()
    {
        var lines = UsersTemplate.Text.Split('\n').Select(line => line.StartsWith("#  ", StringComparison.Ordinal) || line.StartsWith("#defaults", StringComparison.Ordinal) ? line[1..] : line);
        var reading = UsersFile.Parse(string.Join('\n', lines).Replace("hash: sha256:...", "hash: " + Hash, StringComparison.Ordinal));

        Assert.Empty(reading.Errors);
        Assert.Empty(reading.Warnings);
        Assert.Equal(["alice", "bob"], reading.Content!.Users.Select(user => user.Name));
    }

    [Theory]
    [InlineData("", 60, 10)]
    [InlineData("    limits: {burst: 3}\n", 60, 3)]
    [InlineData("    limits: {requests_per_minute: 7.5}\n", 7.5, 10)]
    [InlineData("    limits: {requests_per_minute: 0}\n", 0, 10)]
    public void Limits_WithoutDefaultsAnywhere_AreTheBuiltInOnes(string own, double perMinute, int burst) =>
        Assert.Equal(new RequestLimits(perMinute, burst), UserWith(own).Limits);

    [Fact]
    public void Limits_UserOverFileOverEnvironment_FieldByField()
    {
        var environment = new RequestLimits(5, 2);

        Assert.Equal(new RequestLimits(5, 2), UserWith("", environment).Limits);
        Assert.Equal(new RequestLimits(30, 2), UserWith("defaults:\n  requests_per_minute: 30\n", "", environment).Limits);
        Assert.Equal(new RequestLimits(30, 9), UserWith("defaults:\n  requests_per_minute: 30\n", "    limits: {burst: 9}\n", environment).Limits);
    }

    [Fact]
    public void Budgets_and_weight_go_field_by_field_over_the_defaults_and_to_every_key()
    {
        const string Defaults = "defaults: {tokens_per_day: 100, tokens_per_month: 1000, cost_per_day: 0.10, weight: 0.5}\n";
        var alice = UserWith(Defaults, $"    limits: {{tokens_per_day: 0, cost_per_month: 12.345, weight: 1000}}\n    api_key: {Typed}\n    keys: [{{hash: {Hash}, class: batch}}]\n", null);
        var bob = UserWith(Defaults, "", null);

        Assert.Equal((new Budget(0, 1000, 0.10m, 12.345m), 1000d), (alice.Budget, alice.Weight));
        Assert.Equal((new Budget(100, 1000, 0.10m, 0), 0.5), (bob.Budget, bob.Weight));
        Assert.All(alice.Keys, key => Assert.Equal((alice.Budget, alice.Weight, alice.Limits), (key.Budget, key.Weight, key.Limits)));
        Assert.Equal([RequestClass.Batch, RequestClass.Interactive], alice.Keys.Select(key => key.Class));
        Assert.Equal((true, 1d), (UserWith("").Budget.IsNone, UserWith("").Weight));
    }

    [Fact]
    public void A_file_that_says_the_same_makes_equal_users_and_keeps_those_that_are_there()
    {
        var first = UsersFile.Parse(Samples.Documented).Content!;
        var second = UsersFile.Parse(Samples.Documented.Replace("# optional", "", StringComparison.Ordinal) + "  - gitlab_username: carol\n").Content!;

        Assert.Equal(first.Users, second.Users.Take(2));
        Assert.NotSame(first.Users[0], second.Users[0]);
        var following = second.Following(first);
        Assert.Same(first.Users[0], following.Users[0]);
        Assert.Equal(["carol"], following.ChangedSince(first));
        Assert.Equal(["carol"], first.ChangedSince(following));
    }

    [Theory]
    [InlineData("gitlab_id: 12345", "gitlab_id: 1")]
    [InlineData("role: operator", "role: user")]
    [InlineData("status: active", "status: pending")]
    [InlineData("blocked: false", "blocked: true")]
    [InlineData("\"qwen*\"", "\"qwen3*\"")]
    [InlineData("requests_per_minute: 120", "weight: 2")]
    [InlineData("requests_per_minute: 120", "requests_per_minute: 120, cost_per_day: 1")]
    [InlineData("name: laptop", "name: desk")]
    [InlineData("2026-11-30", "2027-11-30")]
    [InlineData("hash: sha256:9", "class: batch\n        hash: sha256:9")]
    [InlineData("hash: sha256:9", "hash: sha256:8")]
    public void Whatever_is_said_of_a_user_makes_him_another_and_nobody_else(string old, string now)
    {
        var first = UsersFile.Parse(Samples.Documented).Content!;
        var second = UsersFile.Parse(Samples.Documented.Replace(old, now, StringComparison.Ordinal)).Content!;

        Assert.Equal(["alice"], second.ChangedSince(first));
        Assert.NotSame(first.Users[0], second.Following(first).Users[0]);
        Assert.Same(first.Users[1], second.Following(first).Users[1]);
    }

    [Theory]
    [InlineData("    blocked: true\n", KeyStanding.Blocked)]
    [InlineData("    status: pending\n", KeyStanding.Pending)]
    [InlineData("    status: active\n    blocked: False\n", KeyStanding.Admitted)]
    [InlineData("    keys: [{hash: KEY, expires_at: 2025-01-01}]\n", KeyStanding.Expired)]
    [InlineData("    keys: [{hash: KEY, expires_at: '2025-11-30T11:00:01+01:00'}]\n", KeyStanding.Admitted)]
    [InlineData("    keys: [{hash: KEY, expires_at: 2025-11-30 10:00:00}]\n", KeyStanding.Expired)]
    public void Standing_FollowsBlockedStatusAndExpiry(string own, KeyStanding expected)
    {
        var user = UserWith(own.Contains("keys", StringComparison.Ordinal) ? own.Replace("KEY", Hash, StringComparison.Ordinal) : own + $"    api_key: {Typed}\n");

        Assert.Equal(expected, Assert.Single(user.Keys).Standing(new DateTimeOffset(2025, 11, 30, 10, 0, 0, TimeSpan.Zero)));
    }

    [Theory]
    [InlineData("users:\n  - alice\n", 2, 5, "gitlab_username")]
    [InlineData("users:\n  - role: user\n", 2, 5, "no gitlab_username")]
    [InlineData("users:\n  - gitlab_username:\n", 2, 5, "no gitlab_username")]
    [InlineData("users:\n  - gitlab_username: ''\n  - gitlab_username: \"\\L\"\n", 2, 5, "no gitlab_username")]
    [InlineData("users:\n  - gitlab_username: [a]\n", 2, 22, "gitlab_username must be")]
    [InlineData("users: alice\n", 1, 8, "a list")]
    [InlineData("defaults: 7\n", 1, 11, "names with values")]
    [InlineData("defaults:\n  requests_per_minute: -1\n", 2, 24, "0 or more")]
    [InlineData("defaults:\n  requests_per_minute: many\n", 2, 24, "a number")]
    [InlineData("defaults:\n  requests_per_minute: .inf\n", 2, 24, "a number")]
    [InlineData("defaults:\n  burst: 0\n", 2, 10, "1 or more")]
    [InlineData("defaults:\n  tokens_per_day: -5\n", 2, 19, "0 or more")]
    [InlineData("defaults:\n  cost_per_day: -0.5\n", 2, 17, "an amount, 0 or more")]
    [InlineData("defaults:\n  cost_per_month: 1e40\n", 2, 19, "an amount, 0 or more")]
    [InlineData("defaults:\n  weight: 0\n", 2, 11, "more than 0 and at most 1000")]
    [InlineData("defaults:\n  weight: 1001\n", 2, 11, "more than 0 and at most 1000")]
    [InlineData("users:\n  - gitlab_username: a\n    keys: [{class: slow}]\n", 3, 20, "interactive or batch")]
    [InlineData("users:\n  - gitlab_username: a\n    blocked: maybe\n", 3, 14, "true or false")]
    [InlineData("users:\n  - gitlab_username: a\n    status: gone\n", 3, 13, "active or pending")]
    [InlineData("users:\n  - gitlab_username: a\n    role: king\n", 3, 11, "user or operator")]
    [InlineData("users:\n  - gitlab_username: a\n    models: llama\n", 3, 13, "a list")]
    [InlineData("users:\n  - gitlab_username: a\n    models: [a, {b: c}]\n", 3, 17, "models")]
    [InlineData("users:\n  - gitlab_username: a\n    models: [*latest]\n", 3, 14, "quotes")]
    [InlineData("users:\n  - gitlab_username: a\n    created_at: yesterday\n", 3, 17, "a time such as")]
    [InlineData("users:\n  - gitlab_username: a\n    api_key: sk-short\n", 3, 14, "32 to 256 characters")]
    [InlineData("users:\n  - gitlab_username: a\n    keys: [{name: x}]\n", 3, 12, "no hash")]
    [InlineData("users:\n  - gitlab_username: a\n    keys: [{hash: 'sha256:12'}]\n", 3, 19, "64 hex digits")]
    [InlineData("users:\n  - gitlab_username: a\n    keys: [sk-x]\n", 3, 12, "keys issue a")]
    [InlineData("users:\n  - gitlab_username: a\n    role: user\n    role: user\n", 4, 5, "second time (first in line 3)")]
    [InlineData("users:\n  - gitlab_username: a\n  - gitlab_username: A\n", 3, 22, "listed already in line 2")]
    public void Parse_Mistake_IsNamedWithLineAndColumn(string text, int line, int column, string words)
    {
        var reading = UsersFile.Parse(text);

        Assert.Null(reading.Content);
        Assert.Equal((line, column), (reading.Errors[0].Line, reading.Errors[0].Column));
        Assert.Contains(words, reading.Errors[0].Message, StringComparison.Ordinal);
        Assert.StartsWith($"users.yaml:{line}:{column}: ", reading.Errors[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_TheSameKeyTwice_NamesBothLinesInWhateverForm()
    {
        var reading = UsersFile.Parse($"""
            users:
              - gitlab_username: a
                api_key: {Typed}
              - gitlab_username: b
                keys:
                  - hash: {ApiKey.Hash(Typed).Format()}
            """);

        var error = Assert.Single(reading.Errors);
        Assert.Equal((6, 15), (error.Line, error.Column));
        Assert.Contains("line 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_HashAndKeyInOne_IsRefused() =>
        Assert.Contains("either hash or api_key", UsersFile.Parse($"users: [{{gitlab_username: a, keys: [{{hash: '{Hash}', api_key: {Typed}}}]}}]").Errors[^1].Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_UnknownFields_WarnWithTheirLine()
    {
        var reading = UsersFile.Parse("colour: red\nusers:\n  - gitlab_username: a\n    request_per_minute: 5\n    keys:\n      - api_key: " + Typed + "\n        note: x\n");

        Assert.NotNull(reading.Content);
        Assert.Equal([(1, 1), (4, 5), (7, 9)], reading.Warnings.Select(w => (w.Line, w.Column)).Order());
        Assert.Contains(reading.Warnings, w => w.Message.Contains("request_per_minute", StringComparison.Ordinal));
    }

    [Fact]
    public void Parse_NoMessageEverQuotesAKey()
    {
        const string Secret = "sk-THIS-IS-A-SECRET-THIS-IS-A-SECRET";
        string[] texts =
        [
            $"users:\n  - gitlab_username: a\n    api_key: \"{Secret} \"\n",
            $"users:\n  - gitlab_username: a\n    keys: [{{hash: {Secret}}}]\n",
            $"users:\n  - gitlab_username: a\n    keys: [{Secret}]\n",
            $"users:\n  - gitlab_username: a\n    role: {Secret}\n    limits: {{burst: {Secret}}}\n    models: {Secret}\n    created_at: {Secret}\n",
            $"users:\n  - {Secret}\n",
            $"users:\n  - gitlab_username: a\n    api_key: {Secret}: x\n",
            $"users:\n  - gitlab_username: a\n    api_key: *{Secret}\n",
            $"users:\n  - gitlab_username: a\n    api_key: [{Secret}\n",
            $"users:\n  - gitlab_username: a\n    api_key: {Secret}\n  - gitlab_username: b\n    api_key: {Secret}\n",
        ];

        Assert.All(texts, text =>
        {
            var errors = UsersFile.Parse(text).Errors;
            Assert.NotEmpty(errors);
            Assert.DoesNotContain("SECRET", string.Join('\n', errors), StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Parse_KeysOfTheEnvironment_JoinTheirUsersAndTheirLimits()
    {
        var keys = EnvironmentKeys.Parse($"sk-environment-key-without-a-user-1, Alice:sk-environment-key-of-alice-00000001,{Typed}", out var problem);
        Assert.Null(problem);

        var directory = UsersFile.Parse(Samples.Documented.Replace("blocked: false", "blocked: true", StringComparison.Ordinal), null, keys).Content!;

        Assert.True(directory.TryFind(ApiKey.Hash("sk-environment-key-of-alice-00000001"), out var alice));
        Assert.Equal(("alice", 120, true), (alice.User, alice.Limits.RequestsPerMinute, alice.Blocked));
        Assert.True(directory.TryFind(ApiKey.Hash("sk-environment-key-without-a-user-1"), out var nobody));
        Assert.Equal((EnvironmentKeys.DefaultUser, 61), (nobody.User, nobody.Limits.RequestsPerMinute));
        Assert.True(directory.TryFind(ApiKey.Hash(Typed), out var bob));
        Assert.Equal("bob", bob.User);
    }

    private static UserRecord UserWith(string own, RequestLimits? environment = null) => UserWith("", own, environment);

    private static UserRecord UserWith(string before, string own, RequestLimits? environment)
    {
        var reading = UsersFile.Parse($"{before}users:\n  - gitlab_username: a\n{own}", environment);
        Assert.Empty(reading.Errors);
        return Assert.Single(reading.Content!.Users);
    }
}
