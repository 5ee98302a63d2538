namespace RemoteLlm.Broker.Portal.Usage;

/// <summary>One bar of a chart of days.</summary>
/// <param name="Day">The day.</param>
/// <param name="First">Height of its lower part.</param>
/// <param name="Second">Height of what stands on that.</param>
/// <param name="Third">Height of what stands on top.</param>
public sealed record DayBar(DateOnly Day, double First, double Second = 0, double Third = 0)
{
    /// <summary>Height of the whole.</summary>
    public double Whole => First + Second + Third;
}
