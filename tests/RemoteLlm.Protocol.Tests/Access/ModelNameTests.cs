using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Protocol.Tests.Access;

public sealed class ModelNameTests
{
    [Theory]
    [InlineData("llama3.2", "llama3.2:latest")]
    [InlineData("library/llama3.2", "library/llama3.2:latest")]
    [InlineData("host:5000/library/llama3.2", "host:5000/library/llama3.2:latest")]
    [InlineData("llama3.2:3b", null)]
    [InlineData("llama3.2:latest", null)]
    [InlineData("host:5000/llama3.2:3b", null)]
    [InlineData("", ":latest")]
    public void A_name_without_a_tag_means_the_latest(string name, string? meant) => Assert.Equal(meant, ModelName.WithTag(name));
}
