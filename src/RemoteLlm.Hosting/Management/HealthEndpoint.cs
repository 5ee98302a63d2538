using Microsoft.AspNetCore.Http;

namespace RemoteLlm.Hosting.Management;

/// <summary><c>GET /health</c>: whoever gets an answer is talking to a live process. Restart it only when none comes.</summary>
internal sealed class HealthEndpoint : IManagementEndpoint
{
    public string Path => "/health";

    public string[] Methods => ["GET", "HEAD"];

    public Task Answer(HttpContext context) => context.AsJson(StatusCodes.Status200OK, new { status = "alive" });
}
