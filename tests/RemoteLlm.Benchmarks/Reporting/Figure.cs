namespace RemoteLlm.Benchmarks.Reporting;

/// <summary>One line of the results.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Unit">The unit of <paramref name="Direct"/> and <paramref name="Relayed"/>.</param>
/// <param name="Direct">The median on the direct path.</param>
/// <param name="Relayed">The median through broker and connector.</param>
/// <param name="Added">Median of relayed minus direct, where that is what counts.</param>
/// <param name="Ratio">Relayed over direct, where that is what counts.</param>
/// <param name="Target">What is to be reached; null where nothing was set.</param>
/// <param name="Met">Whether it was reached.</param>
internal sealed record Figure(
    string Name, string Unit, double? Direct, double? Relayed, double? Added = null, double? Ratio = null, string? Target = null, bool? Met = null);
