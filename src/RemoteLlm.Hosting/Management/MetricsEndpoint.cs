using Microsoft.AspNetCore.Http;
using RemoteLlm.Hosting.Metrics;

namespace RemoteLlm.Hosting.Management;

/// <summary><c>GET /metrics</c>: everything that is measured, in the format that the monitor prefers.</summary>
internal sealed class MetricsEndpoint(PrometheusRegistry registry) : IManagementEndpoint
{
    public string Path => "/metrics";

    public string[] Methods => ["GET", "HEAD"];

    public Task Answer(HttpContext context)
    {
        var format = MetricsFormats.Negotiate(context.Request.Headers.Accept!);
        return context.Text(StatusCodes.Status200OK, registry.Write(format), format.ContentType());
    }
}
