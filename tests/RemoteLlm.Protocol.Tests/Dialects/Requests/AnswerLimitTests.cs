using System.Text;
using RemoteLlm.Protocol.Dialects.Requests;

namespace RemoteLlm.Protocol.Tests.Dialects.Requests;

/// <summary>What the client says of the answer's length.</summary>
public sealed class AnswerLimitTests
{
    [Theory]
    [InlineData("""{"max_tokens":100}""", 100L, null)]
    [InlineData("""{"max_completion_tokens":100,"max_tokens":50}""", 100L, null)]
    [InlineData("""{"max_output_tokens":1e3}""", 1000L, null)]
    [InlineData("""{"max_tok\u0065ns":100.0}""", 100L, null)]
    [InlineData("""{"max_tokens":5,"max_tokens":7}""", 7L, null)]
    [InlineData("""{"max_tokens":5,"n":3}""", 15L, null)]
    [InlineData("""{"max_tokens":5,"best_of":20,"n":1}""", 100L, null)]
    [InlineData("""{"max_tokens":5,"n":3,"best_of":null}""", 15L, null)]
    [InlineData("""{"max_tokens":5,"max_tokens":null}""", null, null)]
    [InlineData("""{"max_tokens":"5"}""", null, null)]
    [InlineData("""{"max_tokens":{"max_tokens":5}}""", null, null)]
    [InlineData("""{"max_tokens":0}""", null, null)]
    [InlineData("""{"max_tokens":-1}""", null, null)]
    [InlineData("""{"max_tokens":1e400}""", null, null)]
    [InlineData("""{"max_tokens":999999999999999999999}""", 1_000_000_000_000_000L, null)]
    [InlineData("""{"max_tokens":-999999999999999999999}""", null, null)]
    [InlineData("""{"x":{"max_tokens":5}}""", null, null)]
    [InlineData("""{"options":{"num_predict":9,"num_ctx":4096,"x":{"num_predict":1}}}""", 9L, 4096L)]
    [InlineData("""{"options":{"num_predict":-1,"num_ctx":[1]}}""", null, null)]
    [InlineData("""{"options":{"num_predict":9},"options":{"num_ctx":1}}""", null, 1L)]
    [InlineData("""{"options":{"num_predict":9},"options":null}""", null, null)]
    [InlineData("""{"options":[{"num_predict":9}],"max_tokens":2}""", 2L, null)]
    [InlineData("""{"options":{},"num_predict":9}""", null, null)]
    public void It_is_read_at_every_split(string body, long? answer, long? context)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        for (var split = 0; split <= bytes.Length; split++)
        {
            var scanner = RequestText.Scan(bytes[..split], bytes[split..]);
            Assert.Equal((answer, context), (scanner.MaxAnswerTokens, scanner.ContextTokens));
        }
    }
}
