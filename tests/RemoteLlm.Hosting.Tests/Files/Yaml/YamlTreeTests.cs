using RemoteLlm.Hosting.Files.Yaml;

namespace RemoteLlm.Hosting.Tests.Files.Yaml;

public sealed class YamlTreeTests
{
    [Fact]
    public void Nodes_end_where_their_content_ends_and_not_behind_comments()
    {
        const string Text = "a: b  # c\nusers:\n# x\n  - n: \"q\"   # t\n    z: plain\n      more   # u\n\n  # tail\nend: {a: [ ], b: {c: d }} # v\n";
        var (root, problem) = YamlTree.Read("f", Text);

        Assert.Null(problem);
        string Of(YamlNode node) => Text[node.Start..node.End];
        var users = (YamlSequence)root!.Find("users")!.Value;
        Assert.Equal("- n: \"q\"   # t\n    z: plain\n      more", Of(users));
        Assert.Equal("plain\n      more", Of(((YamlMapping)users.Items[0]).Find("z")!.Value));
        var end = (YamlMapping)root.Find("end")!.Value;
        Assert.Equal("{a: [ ], b: {c: d }}", Of(end));
        Assert.Equal("[ ]", Of(end.Find("a")!.Value));
        Assert.Equal((3, 4), (users.Column, users.Line));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# only a comment\n")]
    [InlineData("---\n")]
    [InlineData("~\n")]
    public void A_text_that_says_nothing_is_an_empty_mapping(string text)
    {
        var (root, problem) = YamlTree.Read("f", text);

        Assert.Null(problem);
        Assert.Empty(root!.Pairs);
        Assert.Equal(1, root.Column);
    }

    [Theory]
    [InlineData("a: [*-latest]\n", 1, 5, "quotes")]
    [InlineData("a: &x 1\nb: 2\n", 1, 4, "quotes")]
    [InlineData("a: !!str 1\n", 1, 4, "tags")]
    [InlineData("a: 1\n---\nb: 2\n", 2, 1, "one file is one document")]
    [InlineData("- a\n- b\n", 1, 1, "names with values")]
    [InlineData("a: b: c\n", 1, 5, "YAML")]
    [InlineData("a:\n\t- b\n", 2, 1, "tab")]
    [InlineData("a: [1, 2\nb: 3\n", 2, 1, "left open")]
    [InlineData("a: 1\nb: \"x\n", 2, 4, "YAML")]
    [InlineData("a: \"\\ud800\\u0041\"\n", 1, 17, "wrong")]
    [InlineData("[a]: 1\n", 1, 1, "plain text")]
    public void What_cannot_be_taken_is_a_problem_with_its_place(string text, int line, int column, string word)
    {
        var (root, problem) = YamlTree.Read("f", text);

        Assert.Null(root);
        Assert.Equal((line, column), (problem!.Line, problem.Column));
        Assert.Contains(word, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_nesting_is_refused_not_followed()
    {
        var (root, problem) = YamlTree.Read("f", "a: " + new string('[', 10_000));

        Assert.Null(root);
        Assert.Contains("nested too deeply", problem!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_text_is_read_or_refused_and_never_throws()
    {
        // Pieces that YAML makes something of, in any order.
        string[] pieces = ["a", "b: ", "- ", "\n", "  ", "[", "]", "{", "}", ",", "# c\n", "\"", "'", "|\n", "&x ", "*x", "!t ", "---\n", "...\n", "\t", "? ", ": ", "%", "\r\n", "\u0001", "é"];
        var random = new Random(20251130);
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 25)).Select(_ => pieces[random.Next(pieces.Length)]));
            var (root, problem) = YamlTree.Read("f", text);
            Assert.True(root is null != problem is null, text);
        }
    }
}
