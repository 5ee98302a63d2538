using System.Text;
using RemoteLlm.Replay.Cassettes;
using RemoteLlm.Replay.Recording;

namespace RemoteLlm.Replay.Tests.Recording;

public sealed class SecretMaskTests
{
    [Theory]
    [InlineData("my key is sk-proj-abcdef_0123456789", "my key is sk-xxxxxxxxxxxxxxxxxxxxxx")]
    [InlineData("org-AbCdEf123456 is mine", "org-xxxxxxxxxxxx is mine")]
    [InlineData("""{"api_key": "short", "b": 1}""", """{"api_key": "xxxxx", "b": 1}""")]
    [InlineData("""{"Authorization":"a\"b","c":"d"}""", """{"Authorization":"xxxx","c":"d"}""")]
    [InlineData("""{"organization":"acme"}""", """{"organization":"xxxx"}""")]
    [InlineData("""{"token":"lett","tokens":[1]}""", """{"token":"lett","tokens":[1]}""")]
    [InlineData("AIza0123456789012345678901234567890123 é", "AIzaxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx é")]
    [InlineData("Bearer abcdef0123456789", "Bearer xxxxxxxxxxxxxxxx")]
    [InlineData("risk-assessment-of-things", "risk-assessment-of-things")]
    [InlineData("the known one: hunter2 and hunter2", "the known one: xxxxxxx and xxxxxxx")]
    [InlineData("grün hunter2 😀", "grün xxxxxxx 😀")]
    public void Text_SecretInIt_IsCoveredAtTheSameLength(string text, string masked) =>
        Assert.Equal(masked, new SecretMask(["hunter2", "a"]).Text(text));

    [Fact]
    public void Of_SecretAcrossTwoChunks_IsCoveredInBoth()
    {
        CassetteChunk[] chunks = [Chunk("it is sk-0123"), Chunk("456789abcdef."), Chunk("bye")];

        var masked = MaskedChunks.Of(chunks, new SecretMask([]));

        Assert.Equal(["it is sk-xxxx", "xxxxxxxxxxxx.", "bye"], masked.Select(chunk => Encoding.UTF8.GetString(chunk.Bytes.Span)));
    }

    private static CassetteChunk Chunk(string text) => new(TimeSpan.Zero, Encoding.UTF8.GetBytes(text));
}
