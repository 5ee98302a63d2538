using RemoteLlm.Protocol.Dialects.Usage;
using RemoteLlm.Testing;

namespace RemoteLlm.Protocol.Tests.Dialects.Usage;

public sealed class PromptLearnerTests(ITestOutputHelper output)
{
    private const int Learnt = 50;
    private const int Splits = 200;

    private static readonly TokenCounts[] s_prompts = TokenCounts.Read();
    private static readonly PromptFeatures[] s_features = [.. s_prompts.Select(prompt => prompt.Estimate().Features)];
    private static readonly string[] s_tokenizers = [.. s_prompts[0].Tokens.Keys];
    private static readonly int s_seed = Random.Shared.Next(int.MaxValue - Splits);

    [Fact]
    public void Fifty_prompts_of_a_model_teach_its_tokenizer()
    {
        foreach (var tokenizer in s_tokenizers)
        {
            var (median, p90) = ErrorsAfter(InOrder(), tokenizer);
            output.WriteLine($"{tokenizer}: the first {Learnt}: p50 {median:P1}, p90 {p90:P1}");
            Assert.InRange(median, 0, 0.05);
            Assert.InRange(p90, 0, 0.12);
        }
    }

    [Fact]
    public void It_matters_little_which_fifty_they_are_and_in_what_order()
    {
        output.WriteLine($"seeds from {s_seed}");
        var held = 0;
        foreach (var tokenizer in s_tokenizers)
        {
            var errors = Enumerable.Range(s_seed, Splits).Select(seed => ErrorsAfter(Shuffled(seed), tokenizer)).ToArray();
            var here = errors.Count(e => e is { Median: <= 0.05, P90: <= 0.12 });
            output.WriteLine($"{tokenizer}: {here} of {Splits} hold; worst p50 {errors.Max(e => e.Median):P1}, worst p90 {errors.Max(e => e.P90):P1}");
            Assert.All(errors, e => Assert.InRange(e.Median, 0, 0.05));
            Assert.InRange(here, Splits * 0.94, Splits);
            held += here;
        }

        output.WriteLine($"{held} of {Splits * s_tokenizers.Length} hold");
        Assert.InRange(held, Splits * s_tokenizers.Length * 0.97, Splits * s_tokenizers.Length);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(40)]
    [InlineData(300)]
    [InlineData(900)]
    public void What_a_template_adds_to_every_request_is_learnt(int added)
    {
        foreach (var tokenizer in s_tokenizers)
        {
            var (median, p90) = ErrorsAfter(InOrder(), tokenizer, added);
            Assert.InRange(median, 0, 0.05);
            Assert.InRange(p90, 0, 0.12);
        }
    }

    [Fact]
    public void What_a_template_adds_to_every_message_and_an_image_s_size_are_learnt()
    {
        var (learner, random) = (new PromptLearner(), new Random(7));
        for (var i = 0; i < 100; i++)
        {
            var features = With(s_features[i], PromptFeature.Messages, random.Next(1, 20), PromptFeature.Images, i % 3);
            learner.Learn(features, s_prompts[i].Tokens["falcon"] + (11 * features[PromptFeature.Messages]) + (256 * features[PromptFeature.Images]));
        }

        var asked = With(s_features[150], PromptFeature.Messages, 30, PromptFeature.Images, 2);
        var real = s_prompts[150].Tokens["falcon"] + (11 * 30) + (256 * 2);
        Assert.InRange(learner.Estimate(asked).Tokens, real * 0.88, real * 1.12);
    }

    [Fact]
    public void The_first_report_does_little_harm_whatever_it_is()
    {
        var before = s_tokenizers.ToDictionary(tokenizer => tokenizer, tokenizer => Errors(new PromptLearner(), s_prompts.Length, tokenizer).Median);
        var medians = new List<double>();
        foreach (var tokenizer in s_tokenizers)
        {
            for (var i = 0; i < s_prompts.Length; i++)
            {
                var learner = new PromptLearner();
                learner.Learn(s_features[i], s_prompts[i].Tokens[tokenizer]);
                medians.Add(Errors(learner, s_prompts.Length, tokenizer).Median - before[tokenizer]);
            }
        }

        medians.Sort();
        output.WriteLine($"the median error grows by {medians[medians.Count / 2]:P1}, at worst by {medians[^1]:P1}");
        Assert.InRange(medians[medians.Count / 2], -1, 0.005);
        Assert.InRange(medians[^1], -1, 0.2);
    }

    [Fact]
    public void A_server_that_counts_everything_double_is_met_half_way_at_once()
    {
        var learner = new PromptLearner();
        var before = learner.Estimate(s_features[5]).Tokens;
        learner.Learn(s_features[5], 2 * before);
        Assert.InRange(learner.Estimate(s_features[5]).Tokens, 1.5 * before, 2.1 * before);
    }

    [Fact]
    public void Counts_of_a_part_of_the_prompt_do_not_spoil_what_is_learnt()
    {
        foreach (var tokenizer in s_tokenizers)
        {
            var (learner, random) = (new PromptLearner(), new Random(1));
            for (var i = 0; i < 300; i++)
            {
                var real = s_prompts[i % Learnt].Tokens[tokenizer];
                learner.Learn(s_features[i % Learnt], random.Next(10) < 3 ? (long)(real * random.NextDouble()) : real);
            }

            var (median, p90) = Errors(learner, Learnt, tokenizer);
            output.WriteLine($"{tokenizer}: p50 {median:P1}, p90 {p90:P1}");
            Assert.InRange(median, 0, 0.06);
            Assert.InRange(p90, 0, 0.16);
        }
    }

    [Fact]
    public void Another_model_under_the_same_name_is_learnt_anew()
    {
        var learner = new PromptLearner();
        for (var i = 0; i < 300; i++)
            learner.Learn(s_features[i % Learnt], s_prompts[i % Learnt].Tokens["gpt-2"]);
        for (var i = 0; i < 300; i++)
            learner.Learn(s_features[i % Learnt], s_prompts[i % Learnt].Tokens["starcoder"]);
        var (median, p90) = Errors(learner, Learnt, "starcoder");
        output.WriteLine($"p50 {median:P1}, p90 {p90:P1}");
        Assert.InRange(median, 0, 0.05);
        Assert.InRange(p90, 0, 0.12);
    }

    [Fact]
    public void The_margin_is_wide_at_first_and_holds_what_it_promises()
    {
        var (within, all) = (0, 0);
        foreach (var tokenizer in s_tokenizers)
        {
            var learner = new PromptLearner();
            Assert.InRange(learner.Estimate(s_features[5]).Margin, 0.2, 2);
            for (var i = 0; i < Learnt; i++)
                learner.Learn(s_features[i], s_prompts[i].Tokens[tokenizer]);
            for (var i = Learnt; i < s_prompts.Length; i++, all++)
            {
                var estimate = learner.Estimate(s_features[i]);
                Assert.InRange(estimate.Margin, 0.02, 0.4);
                within += Math.Abs(estimate.Tokens - s_prompts[i].Tokens[tokenizer]) <= estimate.Margin * s_prompts[i].Tokens[tokenizer] ? 1 : 0;
            }
        }

        output.WriteLine($"{within} of {all} within the margin");
        Assert.InRange(within, all * 0.9, all);
    }

    [Fact]
    public void A_server_that_cannot_be_believed_makes_the_margin_wide()
    {
        var learner = new PromptLearner();
        for (var i = 0; i < 40; i++)
            Assert.False(learner.Learn(s_features[4], 5));
        Assert.True(learner.Estimate(s_features[4]).Margin > 1);
        Assert.Equal(new PromptLearner().Estimate(s_features[4]).Tokens, learner.Estimate(s_features[4]).Tokens);
        Assert.Equal(0, learner.Reports);
    }

    [Fact]
    public void Neither_estimating_nor_learning_allocates()
    {
        var learner = new PromptLearner();
        Assert.Equal(0, Allocations.OfARound(() =>
        {
            for (var i = 0; i < 200; i++)
                learner.Learn(s_features[i], learner.Estimate(s_features[i]).Tokens);
        }));
    }

    private static int[] InOrder() => [.. Enumerable.Range(0, s_prompts.Length)];

    private static int[] Shuffled(int seed)
    {
        var order = InOrder();
        // Seeds that follow each other give draws that resemble each other.
        new Random(new Random(seed).Next() ^ (seed * 1_000_003)).Shuffle(order);
        return order;
    }

    private static PromptFeatures With(PromptFeatures features, PromptFeature one, int times, PromptFeature other, int otherTimes)
    {
        features.Add(one, times);
        features.Add(other, otherTimes);
        return features;
    }

    /// <summary>The errors on the rest of the prompts after the first of them were learnt.</summary>
    private static (double Median, double P90) ErrorsAfter(int[] order, string tokenizer, int added = 0)
    {
        var learner = new PromptLearner();
        foreach (var i in order[..Learnt])
            learner.Learn(s_features[i], s_prompts[i].Tokens[tokenizer] + added);
        return Errors(learner, order[Learnt..], tokenizer, added);
    }

    private static (double Median, double P90) Errors(PromptLearner learner, int from, string tokenizer) =>
        Errors(learner, from == s_prompts.Length ? InOrder() : InOrder()[from..], tokenizer, 0);

    private static (double Median, double P90) Errors(PromptLearner learner, int[] asked, string tokenizer, int added)
    {
        var errors = asked.Select(i => Error(learner.Estimate(s_features[i]).Tokens, s_prompts[i].Tokens[tokenizer] + added)).Order().ToArray();
        return (errors[(int)Math.Ceiling(0.5 * errors.Length) - 1], errors[(int)Math.Ceiling(0.9 * errors.Length) - 1]);
    }

    private static double Error(long estimate, long real) => Math.Abs(estimate - real) / (double)real;
}
