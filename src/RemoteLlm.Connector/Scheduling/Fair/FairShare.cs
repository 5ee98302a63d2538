namespace RemoteLlm.Connector.Scheduling.Fair;

/// <summary>One party's account on a <see cref="FairScale{T}"/>: a user among users, or a class among classes. Not thread-safe.</summary>
internal class FairShare
{
    // A weight is an operator's number: whatever it says, no party gets everything, and none nothing.
    private const double LeastWeight = 0.001;
    private const double MostWeight = 1_000;

    private double _weight = 1;

    /// <summary>Its share, relative to those of others. What is charged from now on counts by it.</summary>
    public double Weight
    {
        get => _weight;
        set => _weight = double.IsNaN(value) ? 1 : Math.Clamp(value, LeastWeight, MostWeight);
    }

    /// <summary>Its virtual time: what it was served, each request by the weight of its time. Never goes back.</summary>
    public double Served { get; internal set; }

    /// <summary>What its running requests will cost, by the estimates of when they began.</summary>
    public double Expected { get; internal set; }

    /// <summary>By what it stands in the order, least first.</summary>
    public double Ahead => Served + Expected;

    /// <summary>Its requests that run.</summary>
    public int Running { get; internal set; }

    /// <summary>Its requests that wait.</summary>
    public int Waiting { get; internal set; }

    /// <summary>Whether nothing of it waits or runs.</summary>
    public bool IsIdle => Running == 0 && Waiting == 0;

    /// <summary>A request of it is over: the estimate gives way to what was served.</summary>
    /// <param name="charge">What it was charged when it began.</param>
    /// <param name="served">What it has cost.</param>
    public void End(FairCharge charge, double served)
    {
        // The last one takes with it what rounding has left.
        Expected = --Running == 0 ? 0 : Math.Max(0, Expected - charge.Expected);
        Served += served / charge.Weight;
    }

    /// <summary>Where it is among those who wait.</summary>
    internal int Index { get; set; }
}

/// <summary>What was charged for one request when it began.</summary>
/// <param name="Expected">The estimate of its cost, by the weight.</param>
/// <param name="Weight">The weight of then: what it really cost counts by the same.</param>
internal readonly record struct FairCharge(double Expected, double Weight);
