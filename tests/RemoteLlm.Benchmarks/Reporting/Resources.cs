namespace RemoteLlm.Benchmarks.Reporting;

/// <summary>What one process took.</summary>
/// <param name="Process">Its name.</param>
/// <param name="CpuPerMillionChunks">CPU seconds for a million chunks at full speed, relayed, 64 streams.</param>
/// <param name="CpuPerMillionPacedChunks">CPU seconds for a million chunks that come one by one, relayed, 256 streams.</param>
/// <param name="SteadyMiB">Resident memory at the end of the 256 streams.</param>
/// <param name="PeakMiB">The most resident memory of the whole run.</param>
internal sealed record Resources(string Process, double? CpuPerMillionChunks, double? CpuPerMillionPacedChunks, double SteadyMiB, double PeakMiB);
