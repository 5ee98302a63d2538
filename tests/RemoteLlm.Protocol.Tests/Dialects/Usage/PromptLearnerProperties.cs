using RemoteLlm.Protocol.Dialects.Usage;

namespace RemoteLlm.Protocol.Tests.Dialects.Usage;

public sealed class PromptLearnerProperties
{
    private const int Cases = 150;

    private static readonly (PromptFeatures Features, IReadOnlyDictionary<string, int> Tokens)[] s_prompts = [.. TokenCounts.Read().Select(prompt => (prompt.Estimate().Features, prompt.Tokens))];
    private static readonly int s_seed = Random.Shared.Next(int.MaxValue - Cases);

    [Fact]
    public void Whatever_is_fed_an_estimate_is_a_count_and_its_margin_a_share()
    {
        foreach (var seed in Seeds())
        {
            var (learner, random) = (new PromptLearner(), new Random(seed));
            for (var i = 0; i < 100; i++)
            {
                learner.Learn(Features(random), Count(random));
                var features = Features(random);
                var estimate = learner.Estimate(features);
                Assert.True(estimate.Tokens >= 0 && estimate.Margin > 0 && double.IsFinite(estimate.Margin), $"seed {seed}, {i}: {estimate}");
                Assert.True(estimate.Fewest >= 0 && estimate.Fewest <= estimate.Tokens, $"seed {seed}, {i}: {estimate}");
            }

            Assert.True(PromptLearner.Restore(learner.Save()) is not null, $"seed {seed}: its own state is refused");
        }
    }

    [Fact]
    public void Whatever_was_fed_a_learner_that_then_hears_the_truth_comes_to_know_it()
    {
        foreach (var seed in Seeds().Take(30))
        {
            var (learner, random) = (new PromptLearner(), new Random(seed));
            for (var i = 0; i < 50; i++)
                learner.Learn(random.Next(2) == 0 ? Features(random) : s_prompts[random.Next(s_prompts.Length)].Features, Count(random));
            for (var i = 0; i < 1_000; i++)
                Teach(learner, s_prompts[i % 150]);
            var errors = s_prompts[150..].Select(prompt => Apart(learner.Estimate(prompt.Features).Tokens, prompt.Tokens["gpt-2"])).Order().ToArray();
            Assert.True(errors[25] < 0.05, $"seed {seed}: {errors[25]:P1}");
        }
    }

    [Fact]
    public void The_order_of_what_is_learnt_matters_little()
    {
        foreach (var seed in Seeds().Take(30))
        {
            var (one, other, random) = (new PromptLearner(), new PromptLearner(), new Random(seed));
            var taught = s_prompts.OrderBy(_ => random.Next()).Take(100).ToArray();
            foreach (var prompt in taught)
                Teach(one, prompt);
            foreach (var prompt in taught.Reverse())
                Teach(other, prompt);
            var apart = s_prompts.Select(prompt => Apart(one.Estimate(prompt.Features).Tokens, other.Estimate(prompt.Features).Tokens)).Order().ToArray();
            Assert.True(apart[100] < 0.04 && apart[180] < 0.15, $"seed {seed}: {apart[100]:P1}, {apart[180]:P1}");
        }
    }

    [Fact]
    public void A_restored_learner_goes_on_as_the_one_that_was_saved()
    {
        foreach (var seed in Seeds().Take(50))
        {
            var (learner, random) = (new PromptLearner(), new Random(seed));
            for (var i = 0; i < 60; i++)
                Teach(learner, s_prompts[random.Next(s_prompts.Length)]);
            var restored = PromptLearner.Restore(learner.Save())!;
            Assert.Equal(learner.Reports, restored.Reports);
            for (var i = 0; i < 60; i++)
            {
                var prompt = s_prompts[random.Next(s_prompts.Length)];
                Teach(learner, prompt);
                Teach(restored, prompt);
                var (a, b) = (learner.Estimate(prompt.Features), restored.Estimate(prompt.Features));
                Assert.True(Math.Abs(a.Tokens - b.Tokens) <= 1 + (0.001 * a.Tokens) && Math.Abs(a.Margin - b.Margin) < 0.01, $"seed {seed}: {a}, {b}");
            }
        }
    }

    [Fact]
    public void A_state_that_no_learner_can_be_in_is_refused()
    {
        var good = new PromptLearner().Save();
        Assert.NotNull(PromptLearner.Restore(good));
        Assert.Equal(PromptLearner.Layout.Count, good.Weights.Length);
        Assert.Null(PromptLearner.Restore(good with { Reports = -1 }));
        Assert.Null(PromptLearner.Restore(good with { Weights = good.Weights[1..] }));
        Assert.Null(PromptLearner.Restore(good with { Covariance = [] }));
        Assert.Null(PromptLearner.Restore(good with { Errors = [float.NaN] }));
        foreach (var bad in new[] { float.NaN, float.PositiveInfinity, -1, 1e30f })
        {
            for (var i = 0; i < good.Weights.Length; i++)
                Assert.Null(PromptLearner.Restore(good with { Weights = [.. good.Weights[..i], bad, .. good.Weights[(i + 1)..]] }));
        }

        foreach (var bad in new[] { float.NaN, float.PositiveInfinity, 1e30f })
        {
            for (var i = 0; i < good.Covariance.Length; i++)
                Assert.Null(PromptLearner.Restore(good with { Covariance = [.. good.Covariance[..i], bad, .. good.Covariance[(i + 1)..]] }));
        }
    }

    private static IEnumerable<int> Seeds()
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seeds from {s_seed}");
        return Enumerable.Range(s_seed, Cases);
    }

    private static void Teach(PromptLearner learner, (PromptFeatures Features, IReadOnlyDictionary<string, int> Tokens) prompt) =>
        learner.Learn(prompt.Features, prompt.Tokens["gpt-2"]);

    private static double Apart(long a, long b) => Math.Abs(a - b) / (double)Math.Max(1, b);

    private static long Count(Random random) => random.Next(5) switch
    {
        0 => random.Next(-1, 2),
        1 => random.NextInt64(),
        2 => long.MaxValue,
        _ => (long)Math.Exp(random.NextDouble() * 15),
    };

    /// <summary>Some of them much more frequent than others, now and then none at all, now and then more than any prompt has.</summary>
    private static PromptFeatures Features(Random random)
    {
        var features = default(PromptFeatures);
        var most = random.Next(8) == 0 ? long.MaxValue / 2 : (long)Math.Exp(random.NextDouble() * 12);
        for (var i = 0; i < PromptFeatures.Count; i++)
        {
            if (random.Next(3) == 0)
                features.Add((PromptFeature)i, random.NextInt64(most + 1));
        }

        return features;
    }
}
