using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;

namespace RemoteLlm.Hosting.Metrics;

using Tag = KeyValuePair<string, object?>;

/// <summary>
/// The process itself: names as Prometheus client libraries use them (https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics),
/// and for the runtime those of the OpenTelemetry conventions, but where they end in a word that Prometheus keeps for histograms.
/// </summary>
internal sealed class ProcessMetrics
{
    private const string DescriptorFolder = "/proc/self/fd";

    private readonly TimeProvider _time;
    private readonly long _start;

    public ProcessMetrics(IMeterFactory meters, TimeProvider time)
    {
        (_time, _start) = (time, time.GetTimestamp());
        var meter = meters.Create("RemoteLlm.Process");
        ObserveProcess(meter);
        ObserveRuntime(meter);
        var version = typeof(ProcessMetrics).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        meter.CreateObservableGauge("remotellm.build_info", () => new Measurement<int>(1, new Tag("version", version)), null, "Always 1; the label says which build this is.");
    }

    private void ObserveProcess(Meter meter)
    {
        meter.CreateObservableCounter("process.cpu", () => Environment.CpuUsage.TotalTime.TotalSeconds, "s", "Processor time used, in user and in system mode.");
        meter.CreateObservableGauge("process.resident_memory", () => Environment.WorkingSet, "By", "Memory that is in RAM.");
        meter.CreateObservableGauge("process.uptime", () => _time.GetElapsedTime(_start).TotalSeconds, "s", "Time since this half started.");
        meter.CreateObservableGauge("process.start_time", StartTime, "s", "When the process started, since the Unix epoch.");
        meter.CreateObservableGauge("process.threads", () => Read(process => process.Threads.Count), null, "Operating system threads.");
        if (Directory.Exists(DescriptorFolder)) meter.CreateObservableGauge("process.open_fds", OpenDescriptors, null, "Open file descriptors, sockets among them.");
    }

    private static void ObserveRuntime(Meter meter)
    {
        meter.CreateObservableCounter("dotnet.gc.collections", Collections, null, "Garbage collections, by the generation collected.");
        meter.CreateObservableCounter("dotnet.gc.heap.total_allocated", () => GC.GetTotalAllocatedBytes(), "By", "Memory allocated on the managed heap since the start.");
        meter.CreateObservableGauge("dotnet.gc.heap.size", () => GC.GetTotalMemory(forceFullCollection: false), "By", "Managed heap in use.");
        meter.CreateObservableCounter("dotnet.gc.pause.time", () => GC.GetTotalPauseDuration().TotalSeconds, "s", "Time that threads stood still for garbage collection.");
        meter.CreateObservableGauge("dotnet.thread_pool.threads", () => ThreadPool.ThreadCount, null, "Threads of the pool.");
        meter.CreateObservableGauge("dotnet.thread_pool.queue", () => ThreadPool.PendingWorkItemCount, null, "Work that waits for a thread of the pool.");
    }

    private static IEnumerable<Measurement<int>> Collections() =>
        Enumerable.Range(0, GC.MaxGeneration + 1).Select(generation => new Measurement<int>(GC.CollectionCount(generation), new Tag("generation", generation)));

    // One fewer: the descriptor by which the folder itself is being read.
    private static int OpenDescriptors() => Directory.EnumerateFileSystemEntries(DescriptorFolder).Count() - 1;

    private static double StartTime() => Read(process => (process.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds);

    private static T Read<T>(Func<Process, T> figure)
    {
        using var process = Process.GetCurrentProcess();
        return figure(process);
    }
}
