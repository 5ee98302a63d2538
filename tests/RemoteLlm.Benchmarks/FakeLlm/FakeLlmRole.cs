using System.CommandLine;
using System.Globalization;
using RemoteLlm.Benchmarks.Modes;

namespace RemoteLlm.Benchmarks.FakeLlm;

/// <summary>The fake LLM server as a process.</summary>
internal static class FakeLlmRole
{
    private const string Slowness = "--slowness";

    public static Command Create()
    {
        var slowness = ModeCommand.Number(Slowness, "By how much thinking and chunks take longer than requests say.", 1, 0.1, 100);
        var command = new Command(Roles.FakeLlm, "The LLM server of a run: answers as soon and as fast as asked.") { slowness };
        command.Hidden = true;
        command.SetAction((parsed, cancellationToken) => new FakeLlmServer(parsed.GetValue(slowness)).Run(cancellationToken));
        return command;
    }

    /// <summary>The arguments of a server that is so slow.</summary>
    public static string[] Arguments(double slowness) => [Slowness, slowness.ToString(CultureInfo.InvariantCulture)];
}
