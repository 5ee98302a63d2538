using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RemoteLlm.Hosting.Logging;

namespace RemoteLlm.Hosting.Tests.Logging;

[Collection(nameof(ProcessConsole))]
public sealed class LoggingExtensionsTests : IDisposable
{
    private readonly TextWriter _console = Console.Out;
    private readonly StringWriter _out = new();

    public LoggingExtensionsTests() => Console.SetOut(_out);

    [Fact]
    public async Task Json_IsOneParsableObjectALine_EvenForHostileValues()
    {
        await using (var services = Services(LogFormat.Json))
        {
            services.GetRequiredService<ILogger<LoggingExtensionsTests>>().LogWarning("Name {Name}", "a\nb\u001b\"}");
        }

        var line = Assert.Single(_out.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        using var json = JsonDocument.Parse(line);
        Assert.Equal("a\nb\u001b\"}", json.RootElement.GetProperty("Properties").GetProperty("Name").GetString());
        Assert.Equal("Warning", json.RootElement.GetProperty("Level").GetString());
    }

    [Fact]
    public async Task Level_ChangesWhileRunning_InLoggersThatExistAlready()
    {
        await using (var services = Services(LogFormat.Human))
        {
            var logger = services.GetRequiredService<ILogger<LoggingExtensionsTests>>();
            Assert.False(logger.IsEnabled(LogLevel.Debug));
            logger.LogDebug("before");
            services.GetRequiredService<LogLevelSwitch>().Level = LogLevel.Debug;
            Assert.True(logger.IsEnabled(LogLevel.Debug));
            logger.LogDebug("after");
            services.GetRequiredService<LogLevelSwitch>().Level = LogLevel.None;
            Assert.False(logger.IsEnabled(LogLevel.Critical));
        }

        Assert.DoesNotContain("before", _out.ToString(), StringComparison.Ordinal);
        Assert.Contains("DBG Hosting.Tests.Logging.LoggingExtensionsTests: after", _out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AspNetCore_SpeaksFromWarning_AndItsHostingDiagnosticsNever()
    {
        await using var services = Services(LogFormat.Human);
        services.GetRequiredService<LogLevelSwitch>().Level = LogLevel.Trace;
        var loggers = services.GetRequiredService<ILoggerFactory>();
        Assert.False(loggers.CreateLogger("Microsoft.AspNetCore.Routing").IsEnabled(LogLevel.Information));
        Assert.True(loggers.CreateLogger("Microsoft.AspNetCore.Routing").IsEnabled(LogLevel.Warning));
        Assert.False(loggers.CreateLogger("Microsoft.AspNetCore.Hosting.Diagnostics").IsEnabled(LogLevel.Critical));
    }

    public void Dispose() => Console.SetOut(_console);

    private static ServiceProvider Services(LogFormat format) => new ServiceCollection()
        .AddLogging(logging => logging.AddRemoteLlmLogging(new ConsoleLogOptions { Format = format }))
        .BuildServiceProvider();
}
