using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Testing;

namespace RemoteLlm.Protocol.Tests.Access;

public sealed class ModelGlobTests
{
    [Theory]
    [InlineData("*", "", true)]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("llama3*", "llama3.2:3b", true)]
    [InlineData("llama3*", "Llama3.2:3b", false)]
    [InlineData("llama3", "llama3.2", false)]
    [InlineData("*:latest", "qwen3:latest", true)]
    [InlineData("q?en*", "qwen3", true)]
    [InlineData("?", "", false)]
    [InlineData("org/*", "org/team/model", true)]
    [InlineData("a.c", "abc", false)]
    public void IsMatch_examples(string glob, string model, bool expected) => Assert.Equal(expected, ModelGlob.IsMatch(glob, model));

    [Fact]
    public void IsMatch_agrees_with_the_same_pattern_as_a_regular_expression()
    {
        var text = (string alphabet) => Gen.Elements(alphabet.ToCharArray()).ArrayOf().Select(c => new string(c));
        var pairs = text("ab*?").Zip(text("ab")).ToArbitrary();

        Prop.ForAll(pairs, pair =>
        {
            var (glob, model) = pair;
            var pattern = "^" + Regex.Escape(glob).Replace("\\*", ".*").Replace("\\?", ".") + "$";
            return ModelGlob.IsMatch(glob, model) == Regex.IsMatch(model, pattern, RegexOptions.NonBacktracking);
        }).Check(Draws.Properties(2000));
    }

    [Fact]
    public void IsMatch_of_many_stars_does_not_explode()
    {
        var glob = string.Concat(Enumerable.Repeat("*a", 100)) + "b";

        // With nested retries this takes longer than the universe has.
        Assert.False(ModelGlob.IsMatch(glob, new string('a', 5000)));
    }
}
