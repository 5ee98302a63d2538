using RemoteLlm.Connector.Metering;
using RemoteLlm.Protocol.Dialects.Usage;

namespace RemoteLlm.Connector.Tests.Metering;

public sealed class TokenEstimatorTests
{
    private static readonly int s_seed = Random.Shared.Next();

    private readonly TokenEstimator _estimator = new();

    [Fact]
    public void A_model_that_nothing_is_known_of_has_the_usual_tokenizer_and_a_wide_margin()
    {
        var features = Prompts.Some(1);
        var estimate = _estimator.Estimate("box", "m", features);
        Assert.Equal(PromptWeights.Tokens(features, PromptWeights.Mean), estimate.Tokens, 1.0);
        Assert.InRange(estimate.Margin, 0.2, 2);
        Assert.Equal((0, 0), (_estimator.Models, _estimator.Version));
    }

    [Fact]
    public void What_a_server_reports_is_learnt_and_the_margin_narrows()
    {
        Teach("box", "m", 1.4, 40);
        var features = Prompts.Some(1_000);
        var estimate = _estimator.Estimate("box", "m", features);
        var real = Real(features, 1.4);
        Assert.InRange(estimate.Tokens, real * 0.95, real * 1.05);
        Assert.InRange(estimate.Margin, 0.01, 0.15);
    }

    [Fact]
    public void What_is_learnt_of_one_model_touches_no_other()
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {s_seed}");
        var random = new Random(s_seed);
        Teach("box", "other", 1.2, 10);
        var features = Enumerable.Range(0, 50).Select(Prompts.Some).ToArray();
        (string Server, string Model)[] others = [("box", "other"), ("box", "M"), ("cloud", "m"), ("boxm", "")];
        var before = others.Select(other => features.Select(f => _estimator.Estimate(other.Server, other.Model, f)).ToArray()).ToArray();
        for (var i = 0; i < 200; i++)
            _estimator.Learn("box", "m", features[random.Next(50)], random.NextInt64(1, 5_000));
        for (var i = 0; i < others.Length; i++)
            Assert.Equal(before[i], features.Select(f => _estimator.Estimate(others[i].Server, others[i].Model, f)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public void No_report_is_none(long tokens)
    {
        _estimator.Learn("box", "m", Prompts.Some(1), tokens);
        Assert.Equal((0, 0), (_estimator.Models, _estimator.Version));
    }

    [Fact]
    public void Of_too_many_models_those_go_that_were_asked_for_longest_ago()
    {
        Teach("box", "kept", 2, 30);
        Teach("box", "gone", 2, 30);
        var features = Prompts.Some(1);
        var usual = _estimator.Estimate("box", "unknown", features);
        var learnt = _estimator.Estimate("box", "kept", features);
        Assert.NotEqual(usual, learnt);
        for (var i = 0; i < TokenEstimator.MostModels; i++)
        {
            Assert.Equal(learnt, _estimator.Estimate("box", "kept", features));
            _estimator.Learn("cloud", $"m{i}", features, 100);
        }

        Assert.Equal(TokenEstimator.MostModels, _estimator.Models);
        Assert.Equal(learnt, _estimator.Estimate("box", "kept", features));
        Assert.Equal(usual, _estimator.Estimate("box", "gone", features));
        Assert.Equal(usual, _estimator.Estimate("cloud", "m0", features));
    }

    [Fact]
    public void What_was_saved_comes_back_with_the_order_of_use_but_not_over_what_is_newer()
    {
        Teach("box", "a", 1.3, 30);
        Teach("box", "b", 0.8, 30);
        var restored = new TokenEstimator();
        var features = Prompts.Some(2_000);
        restored.Learn("box", "b", features, 77);
        var newer = restored.Estimate("box", "b", features);
        Assert.Equal(0, restored.Restore(_estimator.Save()));
        Assert.Equal(newer, restored.Estimate("box", "b", features));
        Assert.Equal(_estimator.Estimate("box", "a", features).Tokens, restored.Estimate("box", "a", features).Tokens, 1.0);
        Assert.Equal(["a", "b"], restored.Save().Select(model => model.Model));
    }

    [Fact]
    public void Many_threads_at_once_leave_it_whole()
    {
        Parallel.For(0, 8, thread =>
        {
            for (var i = 0; i < 2_000; i++)
            {
                var features = Prompts.Of("some words");
                _estimator.Learn("box", $"m{(i * (thread + 1)) % 1_500}", features, 2 + (i % 3));
                Assert.InRange(_estimator.Estimate("box", $"m{i % 1_500}", features).Tokens, 0, 1_000);
            }
        });
        Assert.Equal(_estimator.Models, _estimator.Save().Count);
        Assert.InRange(_estimator.Models, 1, TokenEstimator.MostModels);
        Assert.Equal(16_000, _estimator.Version);
    }

    private void Teach(string server, string model, double times, int reports)
    {
        for (var i = 0; i < reports; i++)
            _estimator.Learn(server, model, Prompts.Some(i), (long)Real(Prompts.Some(i), times));
    }

    private static double Real(PromptFeatures features, double times) => Math.Round(times * PromptWeights.Tokens(features, PromptWeights.Mean));
}
