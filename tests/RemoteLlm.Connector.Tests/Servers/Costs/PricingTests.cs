using RemoteLlm.Connector.Servers;
using RemoteLlm.Connector.Servers.Costs;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Protocol.Dialects.Usage;

namespace RemoteLlm.Connector.Tests.Servers.Costs;

public sealed class PricingTests
{
    private static readonly ServerEntry s_entry = new()
    {
        Name = "openrouter",
        Address = ServerAddress.Parse("https://openrouter.ai/api"),
        Text = "{}",
        Prices = new Dictionary<string, ModelPrice> { ["meta/*"] = new(1, null, 1), ["meta/llama-*"] = new(2, null, 2), ["meta/llama-70b"] = new(3, null, 3) },
    };

    [Theory]
    [InlineData("meta/llama-70b", 3)]
    [InlineData("meta/llama-8b", 1)]
    [InlineData("qwen/72b", 9)]
    public void The_operator_prices_a_model_by_name_then_by_the_first_glob_and_the_server_prices_the_rest(string model, int expected) =>
        Assert.Equal(expected, Pricing.PriceOf(s_entry, model, new ServerModel(model) { Price = new ModelPrice(9, null, 9) })!.Prompt);

    [Fact]
    public void A_model_that_nobody_prices_has_no_price_and_no_estimate()
    {
        Assert.Null(Pricing.PriceOf(s_entry, "qwen/72b", new ServerModel("qwen/72b")));
        Assert.Null(Pricing.PriceOf(s_entry, "qwen/72b", null));
        Assert.Null(Pricing.Estimate(null, 100, 100));
        Assert.Null(Pricing.CostOf(null, new TokenUsage(1, 1, 0)));
    }

    [Fact]
    public void Cached_tokens_have_a_price_of_their_own_or_that_of_the_prompt()
    {
        var usage = new TokenUsage(1_000_000, 200_000, 600_000);

        Assert.Equal(0.4m * 3 + 0.6m * 0.3m + 0.2m * 15, Pricing.Cost(new ModelPrice(3, 0.3m, 15), usage));
        Assert.Equal(3 + 0.2m * 15, Pricing.Cost(new ModelPrice(3, null, 15), usage));
        Assert.Equal(0, Pricing.Cost(new ModelPrice(0, null, 0), usage));
    }

    [Fact]
    public void What_the_server_says_it_cost_wins()
    {
        Assert.Equal(0.5m, Pricing.CostOf(new ModelPrice(3, null, 15), new TokenUsage(100, 100, 0) { Cost = 0.5m }));
        Assert.Equal(0.0018m, Pricing.CostOf(new ModelPrice(3, null, 15), new TokenUsage(100, 100, 0)));
    }

    [Fact]
    public void A_request_is_estimated_by_its_prompt_and_the_limit_on_its_answer()
    {
        var price = new ModelPrice(2, 0.1m, 10);

        Assert.Equal(0.02m + 0.005m, Pricing.Estimate(price, 10_000, 500));
        Assert.Equal(0.02m + 0.01m, Pricing.Estimate(price, 10_000, null));
        Assert.Equal(0.02m, Pricing.Estimate(price, 10_000, 0));
    }

    [Fact]
    public void No_figures_overflow() =>
        Assert.True(Pricing.Cost(new ModelPrice(decimal.MaxValue, decimal.MaxValue, decimal.MaxValue), new TokenUsage(long.MaxValue, long.MaxValue, long.MinValue)) > 0);
}
