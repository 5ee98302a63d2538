using System.Text.Json;
using RemoteLlm.Protocol.Dialects.Requests;

namespace RemoteLlm.Protocol.Tests.Dialects.Requests;

/// <summary>Claude Code's changing block goes, and what is left is the request without it.</summary>
public sealed class BillingBlockTests
{
    private const string Block = """{"type":"text","text":"x-anthropic-billing-header: cc_version=1; cch=ü"}""";
    private const string Prompt = """{"type":"text","text":"Be brief."}""";

    [Theory]
    [InlineData($$"""{"model":"m","system":[{{Block}},{{Prompt}}],"messages":[]}""", $$"""{"model":"m","system":[{{Prompt}}],"messages":[]}""")]
    [InlineData($$"""{"system": [ {{Block}} , {{Prompt}},{{Prompt}} ]}""", $$"""{"system": [ {{Prompt}},{{Prompt}} ]}""")]
    [InlineData($$"""{"system":[{{Block}}]}""", """{"system":[]}""")]
    [InlineData($$"""{"system":[{"cache_control":{"text":"no"},"text":"x-anthropic-billing-header: 1","type":"text"},{{Prompt}}]}""", $$"""{"system":[{{Prompt}}]}""")]
    [InlineData($$"""{"system":[{{Prompt}}],"system":[{{Block}},{{Prompt}}]}""", $$"""{"system":[{{Prompt}}],"system":[{{Prompt}}]}""")]
    [InlineData("""{"system":"x-anthropic-billing-header: 1\n\nBe brief.\n"}""", """{"system":"Be brief.\n"}""")]
    [InlineData("""{"system":"x-anthropic-billing-header: a\\nb\nBe brief."}""", """{"system":"Be brief."}""")]
    public void It_is_taken_out_at_every_split(string body, string expected)
    {
        foreach (var scanner in RequestText.AtEverySplit(body))
            Assert.Equal(expected, RequestText.With(body, scanner.BillingBlock));
        using var valid = JsonDocument.Parse(expected);
    }

    [Theory]
    [InlineData($$"""{"system":[{{Prompt}},{{Block}}]}""")]
    [InlineData($$"""{"system":[{{Block}},{{Prompt}}],"system":"Be brief."}""")]
    [InlineData("""{"system":"Be brief. x-anthropic-billing-header: 1\n"}""")]
    [InlineData("""{"system":"x-anthropic-billing-header: alone"}""")]
    [InlineData("""{"system":[{"type":"text","text":"x-anthropic-billing-header: 1","text":"Be brief."}]}""")]
    [InlineData("""{"system":[{"title":"x-anthropic-billing-header: 1","text":"Be brief."}]}""")]
    [InlineData($$"""{"system":["Be brief.",{{Block}}]}""")]
    [InlineData($$"""{"system":[{{Block}},"Be brief."]}""")]
    [InlineData($$"""{"system":[{{Block}},null,{{Prompt}}]}""")]
    [InlineData($$"""{"system":[{{Block}},[{{Prompt}}]]}""")]
    [InlineData($$"""{"system":[[{{Block}}],{{Prompt}}]}""")]
    [InlineData($$"""{"metadata":{"system":[{{Block}}]},"messages":[{{Block}}]}""")]
    public void What_is_no_such_block_stays(string body)
    {
        foreach (var scanner in RequestText.AtEverySplit(body))
            Assert.Null(scanner.BillingBlock);
    }

    [Fact]
    public void It_stays_where_nobody_wants_it_out()
    {
        var scanner = new RequestScanner();
        scanner.Scan(System.Text.Encoding.UTF8.GetBytes($$"""{"system":[{{Block}},{{Prompt}}]}"""));

        Assert.Null(scanner.BillingBlock);
    }
}
