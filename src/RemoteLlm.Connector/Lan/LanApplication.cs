using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace RemoteLlm.Connector.Lan;

/// <summary>Runs the LAN port's own pipeline, which is not that of the tunnel.</summary>
internal sealed partial class LanApplication(RequestDelegate pipeline, IHttpContextFactory contexts, ILogger logger) : IHttpApplication<HttpContext>
{
    public HttpContext CreateContext(IFeatureCollection contextFeatures) => contexts.Create(contextFeatures);

    public async Task ProcessRequestAsync(HttpContext context)
    {
        try
        {
            await pipeline(context);
        }
        catch (Exception exception) when (context.RequestAborted.IsCancellationRequested && exception is OperationCanceledException or IOException)
        {
            // The client left.
        }
        catch (Exception exception) when (exception is not BadHttpRequestException)
        {
            Failed(logger, exception);
            throw;
        }
    }

    public void DisposeContext(HttpContext context, Exception? exception) => contexts.Dispose(context);

    [LoggerMessage(1, LogLevel.Error, "LAN request failed")]
    private static partial void Failed(ILogger logger, Exception exception);
}
