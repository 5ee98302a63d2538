namespace RemoteLlm.Benchmarks.Soak;

/// <summary>What a process holds at a moment.</summary>
/// <param name="Process">Its name.</param>
/// <param name="Hours">Since the run began.</param>
/// <param name="ResidentMiB">Memory that is in RAM.</param>
/// <param name="PrivateMiB">Of that, what no file stands behind: heaps and stacks.</param>
/// <param name="HeapMiB">Managed heap in use, garbage included.</param>
/// <param name="Handles">Open file descriptors, sockets among them.</param>
/// <param name="Threads">Of the operating system.</param>
internal sealed record Sample(string Process, double Hours, double ResidentMiB, double PrivateMiB, double HeapMiB, double Handles, double Threads);
