using System.Runtime.InteropServices;
using RemoteLlm.Benchmarks.EndToEnd;

namespace RemoteLlm.Benchmarks.Reporting;

/// <summary>The results of an end-to-end run.</summary>
/// <param name="Cores">Cores that the machine shows; all processes share them.</param>
/// <param name="Runtime">The .NET that ran it.</param>
/// <param name="Options">How long and how often was measured.</param>
/// <param name="Figures">The lines of the table.</param>
/// <param name="Resources">What each process took.</param>
/// <param name="FirstError">The first failure of all, in words.</param>
/// <param name="Observations">Every single measurement.</param>
internal sealed record Report(
    int Cores,
    string Runtime,
    EndToEndOptions Options,
    IReadOnlyList<Figure> Figures,
    IReadOnlyList<Resources> Resources,
    string? FirstError,
    IReadOnlyList<Observation> Observations)
{
    /// <summary>Sums up a run.</summary>
    /// <param name="options">How it was run.</param>
    /// <param name="observations">All its measurements, in order.</param>
    /// <param name="peaks">The most memory each process held, in MiB, by its name.</param>
    public static Report Of(EndToEndOptions options, List<Observation> observations, IReadOnlyDictionary<string, double> peaks)
    {
        var medians = new Medians(observations);
        var steady = observations[^1].MemoryMiB;
        var resources = peaks
            .Select(peak => new Resources(
                peak.Key,
                medians.CpuPerMillionChunks(Scenario.Chunks(Targets.Callers), peak.Key),
                medians.CpuPerMillionChunks(Scenario.Hold, peak.Key),
                steady[peak.Key],
                peak.Value))
            .ToList();
        return new Report(
            Environment.ProcessorCount,
            RuntimeInformation.FrameworkDescription,
            options,
            [.. ReportFigures.Traffic(medians), .. ReportFigures.Memory(resources)],
            resources,
            observations.Select(observation => observation.Result.FirstError).FirstOrDefault(error => error is not null),
            observations);
    }
}
