using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using RemoteLlm.Broker.OpenApi;
using RemoteLlm.Broker.OpenApi.Docs;
using RemoteLlm.Hosting.Edge.Cors;

namespace RemoteLlm.Broker.Tests.OpenApi;

public sealed class DocsPageTests
{
    [Fact]
    public async Task Page_has_every_endpoint_every_error_and_every_header()
    {
        var text = WebUtility.HtmlDecode(await DocsRendering.RenderAsync(NullLoggerFactory.Instance));

        Assert.StartsWith("<!DOCTYPE html>", text, StringComparison.Ordinal);
        foreach (var operation in Operations.All)
        {
            Assert.All(operation.Aliases.Prepend(operation.Path), path => Assert.Contains($">{path}</code>", text, StringComparison.Ordinal));
            Assert.Contains(CurlExample.Of(operation), text, StringComparison.Ordinal);
        }

        Assert.All(ErrorCatalogue.All, error => Assert.Contains($">{error.Sample.Code}</code>", text, StringComparison.Ordinal));
        Assert.All(ErrorCatalogue.All, error => Assert.Contains(error.Sample.Message, text, StringComparison.Ordinal));
        Assert.All(PublicHeaders.All, header => Assert.Contains($">{header.Name}</code>", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Page_needs_nothing_but_itself_and_its_policy_admits_its_style_sheet()
    {
        var page = await DocsRendering.RenderAsync(NullLoggerFactory.Instance);

        var style = Assert.Single(Between(page, "<style>", "</style>"));
        Assert.Contains($"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)))}'", DocsStyle.Policy, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(" style=", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(" src=", page, StringComparison.OrdinalIgnoreCase);
        Assert.All(Between(page, " href=\"", "\""), link => Assert.True(link.StartsWith('#') || link.StartsWith('/') || link.StartsWith("data:", StringComparison.Ordinal), link));
        Assert.DoesNotContain("url(", style, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Links_within_the_page_lead_somewhere_and_its_ids_are_unique()
    {
        var page = await DocsRendering.RenderAsync(NullLoggerFactory.Instance);

        var ids = Between(page, " id=\"", "\"").ToList();
        Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
        Assert.All(Between(page, "href=\"#", "\""), anchor => Assert.Contains(anchor, ids));
    }

    private static IEnumerable<string> Between(string text, string start, string end) => text.Split(start).Skip(1).Select(piece => piece[..piece.IndexOf(end, StringComparison.Ordinal)]);
}
