namespace RemoteLlm.Hosting.Metrics;

/// <summary>One number: a sum of increments, or the last value.</summary>
internal sealed class ScalarSeries(string labels, bool accumulates) : Series(labels)
{
    private double _value;

    public double Value => Volatile.Read(ref _value);

    public override void Record(double measurement)
    {
        if (accumulates) AtomicDouble.Add(ref _value, measurement);
        else Volatile.Write(ref _value, measurement);
    }
}
