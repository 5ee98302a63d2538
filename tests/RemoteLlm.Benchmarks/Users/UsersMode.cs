using System.CommandLine;
using System.Diagnostics;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Logging.Abstractions;
using RemoteLlm.Benchmarks.Modes;
using RemoteLlm.Benchmarks.Reporting;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Connector.Access;
using RemoteLlm.Hosting.Files;
using RemoteLlm.Hosting.Files.Yaml;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Testing;
using RemoteLlm.Testing.Access;

namespace RemoteLlm.Benchmarks.Users;

/// <summary>A users.yaml of thousands: what it takes to load, how soon an edit is live, and what of it a connector is sent. All in this process.</summary>
internal static class UsersMode
{
    private const string Connector = "gpu-box";

    public static Command Create()
    {
        var users = ModeCommand.Number("--users", "Users in the file.", 10_000, 10, 50_000);
        var times = ModeCommand.Number("--times", "Repetitions.", 15, 6, 1000);
        return ModeCommand.Create(
            Roles.Users,
            "What thousands of users in users.yaml cost.",
            [users, times],
            (parsed, cancellationToken) => Run((int)parsed.GetValue(users), (int)parsed.GetValue(times), cancellationToken));
    }

    private static async Task<ModeReport> Run(int users, int times, CancellationToken cancellationToken)
    {
        var (text, changed) = (ManyUsers.Text(users), ManyUsers.Text(users, changed: users / 2));
        double firstCpu = 0;
        var first = Milliseconds(() => firstCpu = Cpu(() => _ = Parse(text)));
        var before = Parse(text).At(1);
        var after = Parse(changed).Following(before).At(2);
        var names = after.ChangedSince(before);
        var (whole, change) = (RosterBuilder.Whole(before, Connector), RosterBuilder.Changes(after, Connector, 1, names));
        var holder = new RosterHolder(TimeProvider.System);

        var cpu = Repeat(times, () => _ = Parse(text), Cpu);
        var yaml = Repeat(times, () => _ = YamlTree.Read(UsersFile.Name, text), Cpu);
        var load = Repeat(times, () => _ = Parse(text));
        var compare = Repeat(times, () => _ = after.ChangedSince(before));
        var build = Repeat(times, () => _ = RosterBuilder.Whole(before, Connector));
        var apply = Repeat(times, () => _ = holder.Apply(whole));
        var applyChange = Repeat(times, () => _ = holder.Apply(change), between: () => _ = holder.Apply(whole));
        var live = await Live(text, changed, times, cancellationToken);
        var issue = await Issue(text, times, cancellationToken);
        return new ModeReport(
            Roles.Users,
            $"{users} users, {before.Keys.Count} keys, a file of {text.Length / 1024} KiB; {times} times each.",
            [
                new Finding("load, the first in a process", "ms", first).AtMost(1000),
                new Finding("load, the first in a process, CPU", "ms", firstCpu),
                Finding.Median("load", "ms", load).AtMost(1000),
                Finding.Median("load, CPU", "ms", cpu).AtMost(1000),
                Finding.Median("load, CPU of the YAML alone", "ms", yaml),
                Finding.Median("edit live at the broker, from the rename", "ms", live).AtMost(2000),
                new Finding("edit live at the broker, longest", "ms", live.Max()).AtMost(2000),
                Finding.Median("keys issue", "ms", issue),
                Finding.Median("users compared with the state before", "ms", compare),
                Finding.Median("whole roster made", "ms", build),
                new Finding("whole roster", "bytes", Size(whole)).AtMost(2_000_000),
                new Finding("roster after an edit of one user", "bytes", Size(change)).AtMost(2000),
                Finding.Median("whole roster applied at the connector", "ms", apply),
                Finding.Median("one user's change applied at the connector", "ms", applyChange).AtMost(5),
            ],
            new { first, firstCpu, load, cpu, yaml, live, issue, compare, build, apply, applyChange },
            names.Count == 1 ? null : $"{names.Count} users were found changed, not one");
    }

    // The system's notice, the settling and the load; the poll is what remains where no notice comes, and then adds up to a second.
    private static async Task<List<double>> Live(string text, string changed, int times, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write(UsersFile.Name, text);
        await using var files = new AccessFiles(new AccessFilesOptions(folder.Path, RequestLimits.Default, []), TimeProvider.System, NullLogger<AccessFiles>.Instance);
        await files.StartAsync(cancellationToken);
        var measured = new List<double>();
        for (var time = 0; time < times; time++)
        {
            var inForce = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            void Take() => inForce.TrySetResult();
            files.UsersChanged += Take;
            AtomicFile.Write(path, time % 2 == 0 ? changed : text);
            var started = Stopwatch.GetTimestamp();
            await inForce.Task.WaitAsync(TimeSpan.FromSeconds(30), cancellationToken);
            measured.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            files.UsersChanged -= Take;
        }

        return measured;
    }

    private static async Task<List<double>> Issue(string text, int times, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder();
        folder.Write(UsersFile.Name, text);
        var editor = new UsersFileEditor(folder.Path, TimeProvider.System);
        var measured = new List<double>();
        for (var time = 0; time < times; time++)
        {
            var started = Stopwatch.GetTimestamp();
            var outcome = await editor.AddKey(ManyUsers.Name(time), null, ApiKey.Generate(), cancellationToken);
            measured.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            if (!outcome.IsDone)
                throw new BenchmarkException(outcome.Message);
        }

        return measured;
    }

    private static UserDirectory Parse(string text) => UsersFile.Parse(text).Content ?? throw new BenchmarkException("The file that was made has an error.");

    private static int Size(RosterPush push) => new JsonHubProtocol().GetMessageBytes(new InvocationMessage(nameof(IConnectorClient.ApplyRoster), [push])).Length;

    private static List<double> Repeat(int times, Action measured, Func<Action, double>? measure = null, Action? between = null)
    {
        var results = new List<double>();
        for (var time = 0; time < times; time++)
        {
            between?.Invoke();
            results.Add((measure ?? Milliseconds)(measured));
        }

        return results;
    }

    // Of the whole process, the garbage collector's included: says more than the clock where the machine has other things to do.
    private static double Cpu(Action measured)
    {
        var before = Environment.CpuUsage.TotalTime;
        measured();
        return (Environment.CpuUsage.TotalTime - before).TotalMilliseconds;
    }

    private static double Milliseconds(Action measured)
    {
        var started = Stopwatch.GetTimestamp();
        measured();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }
}
