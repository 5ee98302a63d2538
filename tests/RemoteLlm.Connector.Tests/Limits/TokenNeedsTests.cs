using System.Text;
using RemoteLlm.Connector.Limits;
using RemoteLlm.Connector.Metering;
using RemoteLlm.Connector.Relay;
using RemoteLlm.Connector.Tests.Routing;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Protocol.Dialects.Usage;

namespace RemoteLlm.Connector.Tests.Limits;

public sealed class TokenNeedsTests
{
    private static readonly RosterEntry s_limited = LimitStage.Entry("alice", new RequestLimits(0, 1) { TokensPerMinute = 1_000 });

    [Fact]
    public async Task A_name_that_only_stands_for_others_needs_what_they_do()
    {
        await using var stage = await RoutingStage.StartAsync(new Dictionary<string, IReadOnlyList<string>> { ["smart"] = ["gone", "test-model"] }, static home => home);
        var needs = new TokenNeeds(stage.Registry, new TokenEstimator(), new AnswerLengths());

        var own = needs.Of(Ask("/v1/chat/completions", "test-model"), s_limited);
        Assert.True(own is { Prompt: > 50, PromptMost: > 50 }, own.ToString());
        Assert.Equal(own, needs.Of(Ask("/v1/chat/completions", "smart"), s_limited));
    }

    [Fact]
    public async Task To_count_tokens_takes_none()
    {
        await using var stage = await RoutingStage.StartAsync(static home => home);
        var needs = new TokenNeeds(stage.Registry, new TokenEstimator(), new AnswerLengths());

        Assert.NotEqual(default, needs.Of(Ask("/v1/messages", "test-model"), s_limited));
        Assert.Equal(default, needs.Of(Ask("/v1/messages/count_tokens", "test-model"), s_limited));
    }

    private static Exchange Ask(string path, string model)
    {
        var prompt = new PromptEstimate();
        prompt.Observe(Encoding.UTF8.GetBytes($$"""{"model":"{{model}}","messages":[{"role":"user","content":"{{string.Concat(Enumerable.Repeat("some words ", 50))}}"}]}"""));
        return new Exchange(ApiEndpoints.Find(path)!, "label", "id", 0) { Model = model, Prompt = prompt.Features };
    }
}
