using System.Text.Json;
using RemoteLlm.Benchmarks.Processes;

namespace RemoteLlm.Benchmarks.Load;

/// <summary>The clients of a run, in a process of their own. One measurement at a time.</summary>
internal sealed class LoadProcess : IDisposable
{
    /// <summary>For its usage, and its last words.</summary>
    public ChildProcess Process { get; } = ChildProcess.StartRole(Roles.Load);

    /// <summary>Has a measurement made.</summary>
    /// <exception cref="BenchmarkException">The process ended instead.</exception>
    public async Task<LoadResult> Measure(LoadCommand command, CancellationToken cancellationToken)
    {
        await Process.WriteLine(JsonSerializer.Serialize(command, JsonSerializerOptions.Web), cancellationToken);
        return JsonSerializer.Deserialize<LoadResult>(await Process.ReadLine(cancellationToken), JsonSerializerOptions.Web)!;
    }

    public void Dispose() => Process.Dispose();
}
