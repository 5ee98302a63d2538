namespace RemoteLlm.Protocol.Dialects.Usage;

/// <summary>The last errors of an estimate, relative to what was right.</summary>
internal sealed class RecentErrors
{
    /// <summary>How many are kept.</summary>
    public const int Kept = 32;

    private readonly float[] _errors = new float[Kept];
    private int _next;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Adds one, in place of the oldest where all are there.</summary>
    public void Add(double error)
    {
        _errors[_next] = (float)error;
        _next = (_next + 1) % Kept;
        Count = Math.Min(Count + 1, Kept);
    }

    /// <summary>Adds what was kept; false, and nothing is added, when it is nothing that was.</summary>
    public bool TryRestore(ReadOnlySpan<float> errors, double largest)
    {
        foreach (var error in errors)
        {
            if (!(error >= 0 && error <= largest))
                return false;
        }

        foreach (var error in errors)
            Add(error);
        return true;
    }

    /// <summary>What nine in ten do not exceed; 0 when there are none.</summary>
    public double NinetiethPercentile()
    {
        if (Count == 0)
            return 0;
        Span<float> sorted = stackalloc float[Kept];
        sorted = sorted[..Count];
        _errors.AsSpan(0, Count).CopyTo(sorted);
        sorted.Sort();
        return sorted[((Count * 9) + 9) / 10 - 1];
    }

    /// <summary>All, the oldest first.</summary>
    public float[] ToArray() => Count < Kept ? _errors[..Count] : [.. _errors[_next..], .. _errors[.._next]];
}
