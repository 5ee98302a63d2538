using System.Text;

namespace RemoteLlm.Protocol.Tests.Dialects.Requests;

/// <summary>What a conversation is known by when its client does not name it.</summary>
public sealed class FirstMessageTests
{
    [Theory]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"Grüße"},{"role":"assistant","content":"x"}]}""", """{"role":"user","content":"Grüße"}""")]
    [InlineData("""{"messages":[{"role":"system","content":"s"},{"role":"developer","content":"d"}, {"role":"user","content":"a"}]}""", """{"role":"user","content":"a"}""")]
    [InlineData("""{"messages":[{"content":"s","role":"system"},{"content":"a","role":"user"}]}""", """{"content":"a","role":"user"}""")]
    [InlineData("""{"messages":[{"content":[{"role":"system","text":"x"}],"role":"user"},{"role":"user"}]}""", """{"content":[{"role":"system","text":"x"}],"role":"user"}""")]
    [InlineData("""{"messages":[{"r\u006fle":"syst\u0065m"},{"role":7,"content":"a"}]}""", """{"role":7,"content":"a"}""")]
    [InlineData("""{"messages":[{"role":"system","role":"user"},{"role":"user","content":"b"}]}""", """{"role":"system","role":"user"}""")]
    [InlineData("""{"messages":[{"role":"system","content":"alone"}]}""", """{"role":"system","content":"alone"}""")]
    [InlineData("""{"prompt":"once upon","model":"m"}""", "\"once upon\"")]
    [InlineData("""{"prompt":["once","twice"]}""", "\"once\"")]
    [InlineData("""{"input":"say \"hi\""}""", "\"say \\\"hi\\\"\"")]
    [InlineData("""{"input":[{"role":"developer","content":"d"},{"type":"message","role":"user","content":[{"type":"input_text","text":"a"}]}]}""", """{"type":"message","role":"user","content":[{"type":"input_text","text":"a"}]}""")]
    [InlineData("""{"metadata":{"messages":[{"role":"user","content":"no"}]},"messages":[{"role":"user","content":"yes"}]}""", """{"role":"user","content":"yes"}""")]
    [InlineData("""{"messages":[]}""", null)]
    [InlineData("""{"messages":null,"prompt":7}""", null)]
    [InlineData("""{"prompt":[[1,2],[3]]}""", null)]
    [InlineData("""{"model":"m"}""", null)]
    public void It_is_found_at_every_split(string body, string? expected)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        foreach (var scanner in RequestText.AtEverySplit(body))
            Assert.Equal(expected, scanner.FirstMessage is { } message ? Encoding.UTF8.GetString(bytes[(int)message.Start..(int)message.End!]) : null);
    }

    [Fact]
    public void One_that_has_not_ended_has_a_beginning_alone()
    {
        var scanner = new RemoteLlm.Protocol.Dialects.Requests.RequestScanner(seekFirstMessage: true);
        scanner.Scan("{\"messages\":[{\"role\":\"user\",\"content\":\"a long sto"u8);

        Assert.Equal((13, null), scanner.FirstMessage);
    }

    [Theory]
    [InlineData("""{"prompt_cache_key":"k-1"}""", "k-1")]
    [InlineData("""{"prompt_cache_key":"a","prompt_cache_key":"b"}""", "b")]
    [InlineData("""{"prompt_cache_key":"a","prompt_cache_key":null}""", null)]
    [InlineData("""{"prompt_c\u0061che_key":"\u00fc"}""", "ü")]
    [InlineData("""{"prompt_cache_key":""}""", null)]
    [InlineData("""{"prompt_cache_key":"\ud800"}""", null)]
    [InlineData("""{"prompt_cache_key":["a"]}""", null)]
    [InlineData("""{"metadata":{"prompt_cache_key":"a"}}""", null)]
    public void The_cache_key_is_text_of_the_top_level(string body, string? expected)
    {
        foreach (var scanner in RequestText.AtEverySplit(body))
            Assert.Equal(expected, scanner.PromptCacheKey);
    }
}
