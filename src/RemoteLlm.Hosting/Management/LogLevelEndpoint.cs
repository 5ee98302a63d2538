using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using RemoteLlm.Hosting.Logging;

namespace RemoteLlm.Hosting.Management;

/// <summary>
/// <c>GET /log-level</c> shows the level; <c>PUT /log-level</c> with a body such as <c>Debug</c> changes it until the process ends. For callers on this machine
/// alone, wherever the port listens: a level of <c>None</c> would hide what an intruder does next.
/// </summary>
internal sealed partial class LogLevelEndpoint(LogLevelSwitch? level, ILogger<LogLevelEndpoint> logger) : IManagementEndpoint
{
    public string Path => "/log-level";

    public string[] Methods => ["GET", "HEAD", "PUT"];

    public async Task Answer(HttpContext context)
    {
        if (!IsLocal(context.Connection.RemoteIpAddress))
        {
            await context.Text(StatusCodes.Status403Forbidden, "Only callers on this machine may see or change the log level.\n");
            return;
        }

        if (level is null)
        {
            await context.Text(StatusCodes.Status404NotFound, "The logging of this host has no level to change.\n");
            return;
        }

        if (HttpMethods.IsPut(context.Request.Method))
        {
            using var body = new StreamReader(context.Request.Body);
            if (!LogLevelSwitch.TryParse(await body.ReadToEndAsync(context.RequestAborted), out var wanted))
            {
                await context.Text(StatusCodes.Status400BadRequest, $"Send one of {LogLevelSwitch.Names} as the body.\n");
                return;
            }

            level.Level = wanted;
            LevelChanged(logger, wanted);
        }

        await context.Text(StatusCodes.Status200OK, $"{level.Level}\n");
    }

    private static bool IsLocal(IPAddress? address) =>
        address is not null && IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);

    [LoggerMessage(1, LogLevel.Warning, "The log level is {Level} from now on")]
    private static partial void LevelChanged(ILogger logger, LogLevel level);
}
