using System.Diagnostics;

namespace RemoteLlm.Benchmarks.Processes;

/// <summary>A process that this one started: talked to by lines, watched, and killed by its handle at the end, whatever happens.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;
    private readonly RecentLines _output = new(capacity: 20);

    private ChildProcess(string name, Process process)
    {
        Name = name;
        _process = process;
    }

    /// <summary>What the reports call it.</summary>
    public string Name { get; }

    /// <summary>The operating system's number for it.</summary>
    public int Id => _process.Id;

    /// <summary>Starts one of our own roles; its standard output is kept for <see cref="ReadLine"/>, and it ends when its standard input does.</summary>
    public static ChildProcess StartRole(string role, params string[] arguments)
    {
        var child = Start(role, [DotnetHost.OwnAssembly, role, .. arguments], workingDirectory: null, environment: null);
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Starts a program of ours whose output is only wanted when it fails.</summary>
    public static ChildProcess StartWatched(string name, string[] arguments, string workingDirectory, IReadOnlyDictionary<string, string> environment)
    {
        var child = Start(name, arguments, workingDirectory, environment);
        child._process.OutputDataReceived += (_, line) => child._output.Add(line.Data);
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Runs a program of ours to its end.</summary>
    /// <returns>What it wrote to standard output.</returns>
    /// <exception cref="BenchmarkException">It ended with another exit code than 0.</exception>
    public static async Task<string> Run(string name, string[] arguments, string workingDirectory, CancellationToken cancellationToken)
    {
        using var child = Start(name, arguments, workingDirectory, environment: null);
        child._process.BeginErrorReadLine();
        var text = await child._process.StandardOutput.ReadToEndAsync(cancellationToken);
        await child._process.WaitForExitAsync(cancellationToken);
        return child._process.ExitCode == 0 ? text : throw new BenchmarkException($"{name} ended with {child._process.ExitCode}.\n{text}\n{child._output}");
    }

    /// <summary>The next line that a role printed.</summary>
    /// <exception cref="BenchmarkException">It ended instead.</exception>
    public async Task<string> ReadLine(CancellationToken cancellationToken) =>
        await _process.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new BenchmarkException($"{Name} ended early.\n{_output}");

    /// <summary>Sends one line to a role.</summary>
    public async Task WriteLine(string line, CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync(line.AsMemory(), cancellationToken);
        await _process.StandardInput.FlushAsync(cancellationToken);
    }

    /// <exception cref="BenchmarkException">The process is no longer there.</exception>
    public void ThrowIfEnded()
    {
        if (_process.HasExited)
            throw new BenchmarkException($"{Name} ended with {_process.ExitCode}.\n{_output}");
    }

    /// <summary>CPU time used so far and memory held now.</summary>
    public ProcessUsage Usage()
    {
        ThrowIfEnded();
        _process.Refresh();
        return new ProcessUsage(_process.TotalProcessorTime, _process.WorkingSet64, _process.PeakWorkingSet64);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit(TimeSpan.FromSeconds(5));
        }

        _process.Dispose();
    }

    /// <summary>The last lines it wrote, for the message about a failure.</summary>
    public override string ToString() => _output.ToString();

    private static ChildProcess Start(string name, string[] arguments, string? workingDirectory, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo(DotnetHost.Path, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? "",
        };
        // What the caller's shell configures must not reach what is measured.
        foreach (var key in start.Environment.Keys.Where(key => key.StartsWith("REMOTELLM_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(key);
        foreach (var (key, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
            start.Environment[key] = value;

        var child = new ChildProcess(name, Process.Start(start)!);
        child._process.ErrorDataReceived += (_, line) => child._output.Add(line.Data);
        return child;
    }
}
