using System.CommandLine;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Builder;
using RemoteLlm.Cli.Options;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Hosting.Logging;
using RemoteLlm.Replay;
using RemoteLlm.Replay.Cassettes;

namespace RemoteLlm.Cli.Commands;

/// <summary><c>remotellm replay</c>: an LLM server from cassettes, for tests and for trying things out.</summary>
internal sealed class ReplayCommand : Command
{
    private const string DefaultUrl = "http://127.0.0.1:5090";

    private readonly EnvironmentSettings _environment;

    private readonly Option<string?> _mode = new("--mode") { Description = $"replay, record or live. Default: replay. [env: {ReplayEnvironment.Mode}]" };

    private readonly Option<string?> _target = new("--target")
    {
        Description = $"Address of the LLM server behind record and live; its key comes from {ReplayEnvironment.ApiKey}. [env: {ReplayEnvironment.Target}]",
    };

    private readonly Option<string?> _cassettes;
    private readonly Option<string?> _pacing;

    // No variable: REMOTELLM_URLS is the broker's, and one folder's .env may serve both.
    private readonly Option<string> _urls = new("--urls") { Description = "Address to listen on. It asks for no key.", DefaultValueFactory = _ => DefaultUrl };

    public ReplayCommand(EnvironmentSettings environment)
        : base("replay", "Serves recorded LLM answers, or records them from a real server.")
    {
        _environment = environment;
        Add(_mode);
        Add(_target);
        Add(_cassettes = environment.Text("--cassettes", "Folder of the cassettes. Default: those inside this program; recording needs a folder."));
        Add(_pacing = environment.Text("--pacing", "recorded: with the waits of the cassettes; none: at once.", fallback: "recorded"));
        Add(_urls);
        SetAction(Run);
    }

    private async Task<int> Run(ParseResult line, CancellationToken cancellationToken)
    {
        var options = Read(line);
        await using var app = Create(options);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        await app.StartAsync(stop.Token);
        await line.InvocationConfiguration.Output.WriteLineAsync($"Serving {Describe(options)} at {string.Join(' ', app.Urls)} (Ctrl-C ends it)");
        WarnIfOpen(options, app, line.InvocationConfiguration.Error);
        await Stopped(stop.Token);
        await app.StopAsync(CancellationToken.None);
        return ExitCodes.Ok;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    private ReplayOptions Read(ParseResult line)
    {
        var options = new ReplayOptions { CassettesDirectory = line.GetValue(_cassettes), Url = line.GetRequiredValue(_urls) };

        // The command line is asked first, so that it wins over the environment.
        var fault = ReplayEnvironment.Apply(options, name => OnLine(line, name) ?? _environment[name]);
        options.Pacing = line.GetValue(_pacing) switch
        {
            "none" => ReplayPacing.None,
            "recorded" => ReplayPacing.Recorded,
            var other => throw CommandException.Usage($"--pacing is '{other}'; it must be recorded or none."),
        };
        return fault is null ? options : throw CommandException.Usage(fault);
    }

    private string? OnLine(ParseResult line, string variable) => variable switch
    {
        ReplayEnvironment.Mode => line.GetValue(_mode),
        ReplayEnvironment.Target => line.GetValue(_target),
        _ => null,
    };

    private WebApplication Create(ReplayOptions options)
    {
        try
        {
            var logging = ConsoleLogOptions.From(_environment) with { ToStandardError = true };
            return ReplayServer.Create(options, builder => builder.AddRemoteLlmLogging(logging));
        }
        catch (CassetteException e)
        {
            throw CommandException.Usage(e.Message);
        }
    }

    private static string Describe(ReplayOptions options) => options.Mode switch
    {
        ReplayMode.Replay => options.CassettesDirectory is { } folder ? $"cassettes of {folder}" : "the model replay-demo",
        ReplayMode.Record => $"{options.Target} and recording to {options.CassettesDirectory}",
        _ => $"{options.Target}",
    };

    private static void WarnIfOpen(ReplayOptions options, WebApplication app, TextWriter error)
    {
        if (options.Mode != ReplayMode.Replay && !app.Urls.All(IsLoopback))
        {
            error.WriteLine($"remotellm: everybody who reaches this address uses {ReplayEnvironment.ApiKey}; listen on 127.0.0.1 unless you want that.");
        }
    }

    private static bool IsLoopback(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && address.IsLoopback;

    private static async Task Stopped(CancellationToken stop)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = stop.Register(stopped.SetResult);
        await stopped.Task;
    }
}
