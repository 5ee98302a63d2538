using RemoteLlm.Connector.Access.Local;
using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Connector.Tests.Access.Local;

public sealed class AccessYamlTests
{
    [Fact]
    public void The_template_narrows_nothing_and_has_no_doubt()
    {
        var reading = AccessYaml.Parse(AccessTemplate.Text);

        Assert.Same(AccessRules.None, reading.Content);
        Assert.Empty(reading.Warnings);
    }

    [Fact]
    public void Every_field_of_the_template_is_one_that_we_read()
    {
        // Without the number sign where a field or an item follows at once; remarks have a blank behind it.
        var text = string.Join('\n', AccessTemplate.Text.ReplaceLineEndings("\n").Split('\n').Select(line => line.StartsWith('#') && !line.StartsWith("# ", StringComparison.Ordinal) || line.StartsWith("#  ", StringComparison.Ordinal) ? line[1..] : line));

        var reading = AccessYaml.Parse(text);

        Assert.Empty(reading.Errors);
        Assert.Empty(reading.Warnings);
        var rules = reading.Content!;
        Assert.True(rules.Paused);
        Assert.Equal(["mon-fri 18:00-08:00", "sat,sun 00:00-24:00"], rules.Hours!.Spans.Select(span => span.Text));
        Assert.Equal("Europe/Berlin", rules.Hours.Zone!.Id);
        Assert.Equal(["alice", "team-*"], rules.Users!);
        Assert.Equal(["mallory"], rules.NotUsers);
        Assert.Equal(["llama3*", "qwen*"], rules.Models!);
        Assert.Equal(new LimitBounds(30, 5, 20000, 2), rules.Limits);
    }

    [Theory]
    [InlineData("paused: sometimes", 1, 9, "paused must be true or false.")]
    [InlineData("hours: \"08:00-20:00\"", 1, 8, "hours must be a list")]
    [InlineData("hours:\n  - 8-20", 2, 5, "Each of hours must be a span such as")]
    [InlineData("hours:\n  - \"08:00-20:00\"\n  - {from: 8}", 3, 5, "Each of hours must be a span such as")]
    [InlineData("time_zone: Mars/Olympus", 1, 12, "time_zone must be a name such as Europe/Berlin")]
    [InlineData("users: alice", 1, 8, "users must be a list")]
    [InlineData("users: [alice, {}]", 1, 16, "Each of users must be a text")]
    [InlineData("not_users: {}", 1, 12, "not_users must be a list")]
    [InlineData("models: 7", 1, 9, "models must be a list")]
    [InlineData("limits: 7", 1, 9, "limits must be names with values")]
    [InlineData("limits:\n  requests_per_minute: -1", 2, 24, "requests_per_minute must be a number, 0 or more.")]
    [InlineData("limits: { burst: 1.5 }", 1, 18, "burst must be a whole number, 0 or more.")]
    [InlineData("limits: { tokens_per_minute: lots }", 1, 30, "tokens_per_minute must be a whole number, 0 or more.")]
    [InlineData("limits: { concurrent_requests: -2 }", 1, 32, "concurrent_requests must be a whole number, 0 or more.")]
    [InlineData("paused: true\npaused: false", 2, 1, "stands here a second time")]
    [InlineData("users: [alice", 2, 1, "This cannot be read as YAML")]
    public void What_is_wrong_is_told_with_its_place(string text, int line, int column, string message)
    {
        var reading = AccessYaml.Parse(text);

        Assert.Null(reading.Content);
        var problem = reading.Errors[0];
        Assert.Equal((AccessYaml.Name, line, column), (problem.File, problem.Line, problem.Column));
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("user: [alice]", "\"user\" is not a field of this file")]
    [InlineData("limits: { tokens_per_day: 5 }", "\"tokens_per_day\" is not a field of limits")]
    [InlineData("users:\n#  - alice", "users has nothing behind it and narrows nothing")]
    [InlineData("hours: ~", "hours has nothing behind it and narrows nothing")]
    public void What_is_odd_is_taken_with_a_warning(string text, string message)
    {
        var reading = AccessYaml.Parse(text);

        Assert.Same(AccessRules.None, reading.Content);
        Assert.Contains(message, Assert.Single(reading.Warnings).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("users: []", "alice", false)]
    [InlineData("users: [Ali*]", "alice", true)]
    [InlineData("users: [alice]", "ALICE", true)]
    [InlineData("users: [alice]", "alicia", false)]
    [InlineData("not_users: [\"*bot\"]", "alice", true)]
    [InlineData("not_users: [\"*bot\"]", "ci-Bot", false)]
    [InlineData("users: [\"*\"]\nnot_users: [alice]", "alice", false)]
    public void Users_are_served_by_name(string text, string user, bool served) => Assert.Equal(served, Rules(text).Serves(user));

    [Theory]
    [InlineData("models: []", "llama3", false)]
    [InlineData("models: [\"llama3*\"]", "llama3.2:3b", true)]
    [InlineData("models: [\"llama3:latest\"]", "llama3", true)]
    [InlineData("models: [\"llama3\"]", "qwen", false)]
    public void Models_are_shared_by_name(string text, string model, bool shared) => Assert.Equal(shared, Rules(text).Shares(model));

    [Fact]
    public void An_empty_list_of_hours_is_never() => Assert.False(Rules("hours: []").Hours!.IsOpen(DateTimeOffset.UnixEpoch, TimeZoneInfo.Utc));

    [Fact]
    public void Summary_says_all_in_one_line()
    {
        Assert.Null(AccessSummary.Of(Rules("paused: true")));
        Assert.Equal(
            "hours mon 08:00-20:00 (UTC); users a, b, c, d, e and 2 more; not users x; models none; a user at most 1.5 requests a minute, 2 at once after a rest, 3 tokens a minute, 4 running",
            AccessSummary.Of(Rules("hours: [\"mon 08:00-20:00\"]\ntime_zone: UTC\nusers: [a, b, c, d, e, f, g]\nnot_users: [x]\nmodels: []\nlimits: { requests_per_minute: 1.5, burst: 2, tokens_per_minute: 3, concurrent_requests: 4 }")));
    }

    private static AccessRules Rules(string text)
    {
        FileReading<AccessRules> reading = AccessYaml.Parse(text);
        Assert.Empty(reading.Errors);
        return reading.Content!;
    }
}
