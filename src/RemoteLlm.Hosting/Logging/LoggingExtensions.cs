using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RemoteLlm.Hosting.Configuration;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting;
using Serilog.Formatting.Json;

namespace RemoteLlm.Hosting.Logging;

/// <summary>Adds our logging to a host.</summary>
public static class LoggingExtensions
{
    /// <summary>
    /// Logs to the console alone, in place of every provider before it, and makes <see cref="LogLevelSwitch"/> available to change the level while
    /// we run. Disposing the host's services writes what is still queued.
    /// </summary>
    public static ILoggingBuilder AddRemoteLlmLogging(this ILoggingBuilder logging, ConsoleLogOptions options)
    {
        var level = new LogLevelSwitch(options.Level);
        logging.ClearProviders();
        logging.Services.AddSingleton(level);
        logging.Services.AddSingleton<ILoggerProvider>(_ => new SerilogLoggerProvider(CreateLogger(options, level), dispose: true));
        // The switch decides; a minimum here would hide what it asks for.
        logging.SetMinimumLevel(LogLevel.Trace);
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        // Not even Critical: only then does ASP.NET Core make no activity and no logging scope for each request.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        logging.Configure(factory => factory.ActivityTrackingOptions = ActivityTrackingOptions.None);
        return logging;
    }

    internal static ITextFormatter FormatterFor(ConsoleLogOptions options)
    {
        var redirected = options.ToStandardError ? Console.IsErrorRedirected : Console.IsOutputRedirected;
        var human = options.Format == LogFormat.Human || (options.Format == LogFormat.Automatic && !redirected);
        return human ? new HumanFormatter() : new JsonFormatter(renderMessage: true);
    }

    private static Serilog.Core.Logger CreateLogger(ConsoleLogOptions options, LogLevelSwitch level)
    {
        var console = new LoggerConfiguration()
            .MinimumLevel.Verbose()
            .WriteTo.Console(FormatterFor(options), standardErrorFromLevel: options.ToStandardError ? LogEventLevel.Verbose : null)
            .CreateLogger();
        return new LoggerConfiguration()
            .MinimumLevel.ControlledBy(level.Serilog)
            .Filter.ByExcluding(logEvent => IsToldToTheUser(logEvent.Exception))
            .WriteTo.Sink(new BoundedSink(console, options.QueueLength))
            .CreateLogger();
    }

    /// <summary>Faults of the set-up, which the command line reports in one line when the host does not start. Hosts log them too, with their stacks.</summary>
    private static bool IsToldToTheUser(Exception? exception) =>
        exception is SettingException or OptionsValidationException or IOException { InnerException: AddressInUseException };
}
