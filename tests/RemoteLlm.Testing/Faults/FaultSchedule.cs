namespace RemoteLlm.Testing.Faults;

/// <summary>
/// A sequence of faults that follows from a seed: the same seed, length and range give the same sequence.
/// <code>
/// var schedule = new FaultSchedule(seed: 42, length: 5, FaultRange.Cuts);
/// output.WriteLine(schedule.ToString());            // what to repeat when it fails
/// var struck = schedule.Run(line, cancellationToken);
/// // … traffic over line.Url; a fault falls due when enough of it has passed …
/// await struck;
/// </code>
/// </summary>
public sealed class FaultSchedule
{
    /// <summary>Draws the sequence.</summary>
    /// <param name="seed">What decides it.</param>
    /// <param name="length">How many faults.</param>
    /// <param name="range">What may be drawn; null for <see cref="FaultRange.Harmless"/>.</param>
    public FaultSchedule(int seed, int length, FaultRange? range = null)
    {
        Seed = seed;
        var random = new Random(seed);
        Faults = [.. Enumerable.Range(0, length).Select(_ => (range ?? FaultRange.Harmless).Draw(random))];
    }

    /// <summary>What decided the sequence.</summary>
    public int Seed { get; }

    /// <summary>In the order in which they strike.</summary>
    public IReadOnlyList<Fault> Faults { get; }

    /// <summary>Runs the faults against a line, one after the other, and leaves it whole. Each waits for its bytes: without traffic this does not end.</summary>
    public async Task Run(FaultyLine line, CancellationToken cancellationToken)
    {
        var before = line.Passed;
        foreach (var fault in Faults)
        {
            await line.UntilPassed(before + fault.AfterBytes).WaitAsync(cancellationToken);
            before = line.Passed;
            await fault.Strike(line, cancellationToken);
        }
    }

    public override string ToString() => $"seed {Seed}: {string.Join("; ", Faults)}";
}
