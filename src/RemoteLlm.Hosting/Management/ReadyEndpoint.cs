using Microsoft.AspNetCore.Http;

namespace RemoteLlm.Hosting.Management;

/// <summary><c>GET /ready</c>: 200 where traffic can be taken, 503 otherwise; the body has the reasons in both cases.</summary>
internal sealed class ReadyEndpoint(ReadinessReport report) : IManagementEndpoint
{
    public string Path => "/ready";

    public string[] Methods => ["GET", "HEAD"];

    public async Task Answer(HttpContext context)
    {
        var checks = await report.Ask(context.RequestAborted);
        var ready = checks.All(check => check.Ready);
        await context.AsJson(ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, new { ready, checks });
    }
}
