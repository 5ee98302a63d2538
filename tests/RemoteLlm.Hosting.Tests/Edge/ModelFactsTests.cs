using System.Buffers;
using System.Text;
using System.Text.Json;
using RemoteLlm.Hosting.Edge;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Hosting.Tests.Edge;

public sealed class ModelFactsTests
{
    [Fact]
    public void What_is_known_is_said_in_words() => Assert.Equal(
        """{"context_length":8192,"capabilities":["chat","vision","tools"],"loaded":false}""",
        Written(new ModelDescription("a", 0, "b") { ContextLength = 8192, Capabilities = ModelCapabilities.Chat | ModelCapabilities.Tools | ModelCapabilities.Vision, Loaded = false }));

    [Theory]
    [InlineData(ModelCapabilities.None, "")]
    [InlineData(ModelCapabilities.Embeddings, "\"embeddings\"")]
    [InlineData(ModelCapabilities.Rerank, "\"rerank\"")]
    [InlineData((ModelCapabilities)1024, "")]
    public void A_model_that_can_nothing_of_that_says_so(ModelCapabilities capabilities, string names) =>
        Assert.Equal($$"""{"capabilities":[{{names}}]}""", Written(new ModelDescription("a", 0, "b") { Capabilities = capabilities }));

    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    [InlineData(-1)]
    public void What_is_not_known_is_left_out(int? context) => Assert.Equal("{}", Written(new ModelDescription("a", 0, "b") { ContextLength = context }));

    private static string Written(ModelDescription model)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var output = new Utf8JsonWriter(buffer))
        {
            output.WriteStartObject();
            ModelFacts.Write(output, model);
            output.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
