using System.Text;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Broker.OpenApi;

namespace RemoteLlm.Broker.Tests.OpenApi;

public sealed class HostedTextTests
{
    [Theory]
    [InlineData("llm.example.org", "https://llm.example.org")]
    [InlineData("10.0.0.7:5080", "https://10.0.0.7:5080")]
    [InlineData("[fd00::7]:5080", "https://[fd00::7]:5080")]
    [InlineData("gpu_box", "https://gpu_box")]
    // What would be dangerous in a page or in a command line is not repeated.
    [InlineData("", "http://localhost")]
    [InlineData("a'$(id)", "http://localhost")]
    [InlineData("a\"><b", "http://localhost")]
    [InlineData("a b", "http://localhost")]
    [InlineData("a/b", "http://localhost")]
    public async Task Address_stands_wherever_the_text_has_its_place(string host, string address)
    {
        var text = new HostedText($"{HostedText.Placeholder}/v1 größer {HostedText.Placeholder}", "text/plain");

        var (context, body) = await Ask(text, host);

        Assert.Equal($"{address}/v1 größer {address}", body);
        Assert.Equal(Encoding.UTF8.GetByteCount(body), context.Response.ContentLength);
    }

    [Fact]
    public async Task Tag_is_the_same_for_the_same_text_and_address_only()
    {
        var text = new HostedText($"{HostedText.Placeholder} one", "text/plain");
        var first = await Ask(text, "one.example.org");
        var same = await Ask(text, "one.example.org");
        var elsewhere = await Ask(text, "two.example.org");
        var newer = await Ask(new HostedText($"{HostedText.Placeholder} two", "text/plain"), "one.example.org");

        string[] tags = [Tag(first), Tag(elsewhere), Tag(newer)];
        Assert.Equal(3, tags.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(Tag(first), Tag(same));
    }

    [Theory]
    [InlineData("{0}", true)]
    [InlineData("W/{0}", true)]
    [InlineData("\"other\", {0}", true)]
    [InlineData("\"other\"", false)]
    [InlineData("*", true)]
    [InlineData("nonsense", false)]
    public async Task Whoever_has_it_is_told_so(string known, bool has)
    {
        var text = new HostedText("text", "text/plain");
        var tag = Tag(await Ask(text, "llm.example.org"));

        var (context, body) = await Ask(text, "llm.example.org", known.Replace("{0}", tag, StringComparison.Ordinal));

        Assert.Equal(has ? (StatusCodes.Status304NotModified, "") : (StatusCodes.Status200OK, "text"), (context.Response.StatusCode, body));
    }

    private static string Tag((HttpContext Context, string Body) answer) => answer.Context.Response.Headers.ETag.ToString();

    private static async Task<(HttpContext Context, string Body)> Ask(HostedText text, string host, string? known = null)
    {
        var body = new MemoryStream();
        var context = new DefaultHttpContext { Request = { Scheme = "https", Host = new HostString(host) }, Response = { Body = body } };
        if (known is not null)
            context.Request.Headers.IfNoneMatch = known;
        await text.WriteAsync(context);
        return (context, Encoding.UTF8.GetString(body.ToArray()));
    }
}
