using RemoteLlm.Broker.Portal.Models;

namespace RemoteLlm.Broker.Tests.Portal.Models;

public sealed class ModelSearchTests
{
    private static readonly ModelRow[] s_rows =
    [
        new("qwen3-coder-30b", ModelState.Ready, ["home"]) { Abilities = ["chat", "tools"], Build = "30.5B Q4_K_M" },
        new("llama-3.3-70b", ModelState.Down, ["home", "garage"]) { Abilities = ["chat"] },
        new("nomic-embed", ModelState.Ready, ["garage"]) { Abilities = ["embeddings"] },
    ];

    [Theory]
    [InlineData("", "qwen3-coder-30b llama-3.3-70b nomic-embed")]
    [InlineData("  ", "qwen3-coder-30b llama-3.3-70b nomic-embed")]
    [InlineData("CODER", "qwen3-coder-30b")]
    [InlineData("tools", "qwen3-coder-30b")]
    [InlineData("garage", "llama-3.3-70b nomic-embed")]
    [InlineData("chat gar", "llama-3.3-70b")]
    [InlineData("q4", "qwen3-coder-30b")]
    [InlineData("hat", "")]
    [InlineData("chat nothing", "")]
    public void Every_word_must_stand_somewhere(string search, string expected) =>
        Assert.Equal(expected, string.Join(' ', ModelSearch.Find(s_rows, search).Select(row => row.Id)));

    [Fact]
    public void A_search_is_cut_to_what_the_field_takes() => Assert.Equal(ModelSearch.MaxLength, ModelSearch.Cleaned(new string('x', 5000)).Length);
}
