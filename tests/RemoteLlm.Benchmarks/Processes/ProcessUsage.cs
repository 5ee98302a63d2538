namespace RemoteLlm.Benchmarks.Processes;

/// <param name="Cpu">User and kernel time since the process started.</param>
/// <param name="Memory">Resident bytes now.</param>
/// <param name="PeakMemory">The most resident bytes there have been.</param>
internal readonly record struct ProcessUsage(TimeSpan Cpu, long Memory, long PeakMemory);
