using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using RemoteLlm.Broker.OpenApi.Docs;

namespace RemoteLlm.Broker.OpenApi;

/// <summary>What the broker says of itself: <c>GET /openapi.json</c> for programs, <c>GET /docs</c> for people. Without a key: there is no secret in it.</summary>
internal sealed class DescriptionHandler(ILoggerFactory loggers)
{
    // Served as JSON with its own content type, never inlined in HTML.
    private static readonly JsonSerializerOptions s_readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private HostedText? _document;
    private HostedText? _page;

    public Task DocumentAsync(HttpContext context)
    {
        _document ??= new HostedText(DocumentWriter.Write(HostedText.Placeholder).ToJsonString(s_readable), "application/json");
        return _document.WriteAsync(context);
    }

    public async Task PageAsync(HttpContext context)
    {
        _page ??= new HostedText(await DocsRendering.RenderAsync(loggers), "text/html; charset=utf-8");
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = DocsStyle.Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        await _page.WriteAsync(context);
    }
}
