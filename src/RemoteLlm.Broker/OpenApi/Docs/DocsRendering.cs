using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RemoteLlm.Broker.OpenApi.Docs;

/// <summary>Renders the page once, on the server. Nothing of Blazor reaches the browser.</summary>
internal static class DocsRendering
{
    /// <summary>The page, with <see cref="HostedText.Placeholder"/> for the server's address.</summary>
    public static async Task<string> RenderAsync(ILoggerFactory loggers)
    {
        // The components ask for no services: none of ours can leak into a page that everybody may read.
        await using var none = new ServiceCollection().BuildServiceProvider();
        await using var renderer = new HtmlRenderer(none, loggers);
        return await renderer.Dispatcher.InvokeAsync(async () => "<!DOCTYPE html>\n" + (await renderer.RenderComponentAsync<DocsPage>()).ToHtmlString());
    }
}
