using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Portal.Operators.Users;

namespace RemoteLlm.Broker.Tests.Portal.Operators;

public sealed class LimitsFormTests
{
    private static readonly UserRecord s_user = UsersFile.Parse("defaults:\n  burst: 5\nusers:\n  - gitlab_username: alice\n    limits: {requests_per_minute: 0.5, cost_per_day: 2.50, weight: 2}\n    models: [a, \"b*\"]\n").Content!.Users[0];

    [Fact]
    public void What_is_shown_and_sent_back_untouched_changes_nothing()
    {
        var form = LimitsForm.Of(s_user);

        var (change, problem) = form.Typed(Sent(form)).Read();

        Assert.Null(problem);
        Assert.Equal(s_user.Own, change!.Limits);
        Assert.Equal(s_user.Models, change.Models);
        Assert.Contains("as all (5)", form.Fields.Single(field => field.Name == "burst").Hint, StringComparison.Ordinal);
        Assert.Contains("as all (no limit)", form.Fields.Single(field => field.Name == "tokens_per_day").Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("requests_per_minute", "1,000")]
    [InlineData("requests_per_minute", "-1")]
    [InlineData("requests_per_minute", "1e9")]
    [InlineData("burst", "0")]
    [InlineData("burst", "1.5")]
    [InlineData("concurrent_requests", "x")]
    [InlineData("tokens_per_day", "9223372036854775808")]
    [InlineData("cost_per_month", "$5")]
    [InlineData("weight", "0")]
    [InlineData("weight", "1001")]
    public void What_cannot_be_is_a_sentence_that_names_the_field(string name, string value)
    {
        var form = LimitsForm.Of(s_user);

        var (change, problem) = form.Typed(Sent(form, (name, value))).Read();

        Assert.Null(change);
        Assert.StartsWith(form.Fields.Single(field => field.Name == name).Label + " must be ", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Empty_fields_are_nothing_stated_all_models_are_no_list_and_no_model_is_an_empty_one()
    {
        var form = LimitsForm.Of(s_user);

        var all = form.Typed(Sent(form, [.. form.Fields.Select(field => (field.Name, " ")), ("models_which", "all")])).Read().Change!;
        var none = form.Typed(Sent(form, ("models", " \r\n"))).Read().Change!;

        Assert.Equal((LimitFields.None, null), (all.Limits, all.Models));
        Assert.Empty(none.Models!);
    }

    private static FormCollection Sent(LimitsForm form, params (string Name, string Value)[] other)
    {
        var fields = form.Fields.ToDictionary(field => field.Name, field => new StringValues(field.Value ?? ""), StringComparer.Ordinal);
        (fields["stamp"], fields["models_which"], fields["models"]) = (form.Stamp, form.OnlyModels ? "only" : "all", form.Models.ReplaceLineEndings("\r\n"));
        foreach (var (name, value) in other)
            fields[name] = value;
        return new FormCollection(fields);
    }
}
