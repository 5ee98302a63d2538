namespace RemoteLlm.Broker.Portal.Usage;

/// <summary>One bar of a chart of days.</summary>
/// <param name="Day">The day.</param>
/// <param name="First">Height of its lower part.</param>
/// <param name="Second">Height of what stands on that.</param>
public sealed record DayBar(DateOnly Day, double First, double Second = 0);
