using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace RemoteLlm.Hosting.Management;

/// <summary>Finds the endpoint of a request. A handful of fixed paths needs no routing, and no second host with its own services.</summary>
internal sealed partial class ManagementApplication(IEnumerable<IManagementEndpoint> endpoints, HostNames names, ILogger logger) : IHttpApplication<HttpContext>
{
    private readonly Dictionary<string, IManagementEndpoint> _endpoints = endpoints.ToDictionary(endpoint => endpoint.Path, StringComparer.Ordinal);

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public async Task ProcessRequestAsync(HttpContext context)
    {
        try
        {
            await Answer(context);
        }
        catch (BadHttpRequestException e)
        {
            await context.Text(e.StatusCode, e.Message + "\n");
        }
        catch (Exception e) when (!context.RequestAborted.IsCancellationRequested)
        {
            RequestFailed(logger, e, context.Request.Path);
            if (!context.Response.HasStarted) await context.Text(StatusCodes.Status500InternalServerError, "Failed; see the log.\n");
        }
        catch (OperationCanceledException)
        {
            // The caller left.
        }
    }

    public void DisposeContext(HttpContext context, Exception? exception)
    {
        // The context owns nothing.
    }

    private Task Answer(HttpContext context)
    {
        if (!names.Answer(context.Request.Host))
        {
            return context.Text(StatusCodes.Status421MisdirectedRequest, "This port answers to localhost, IP addresses and the names it was given.\n");
        }

        if (!_endpoints.TryGetValue(context.Request.Path.Value ?? "", out var endpoint))
        {
            return context.Text(StatusCodes.Status404NotFound, $"Here are {string.Join(", ", _endpoints.Keys)}.\n");
        }

        if (endpoint.Methods.Contains(context.Request.Method, StringComparer.Ordinal)) return endpoint.Answer(context);
        context.Response.Headers.Allow = string.Join(", ", endpoint.Methods);
        return context.Text(StatusCodes.Status405MethodNotAllowed, $"Use {string.Join(", ", endpoint.Methods)}.\n");
    }

    [LoggerMessage(1, LogLevel.Error, "Management request for {Path} failed")]
    private static partial void RequestFailed(ILogger logger, Exception exception, string? path);
}
