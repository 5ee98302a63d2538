using Microsoft.Extensions.Logging;

namespace RemoteLlm.Connector.Link;

/// <summary>
/// Tells the operator, once an outage, that the broker cannot be reached, and then that it can again. Single failures are everyday life
/// on a home line and are warnings; five in a row want a person.
/// </summary>
/// <remarks>A connection that does not hold for <see cref="Backoff.HealthySpell"/> interrupts no row, unless the alert was given already: then it ends, and a new row begins.</remarks>
internal sealed partial class OutageAlert(string broker, LinkState state, TimeProvider time, ILogger<OutageAlert> logger)
{
    /// <summary>Failures in a row that make an alert.</summary>
    public const int Threshold = 5;

    private int _row;
    private long? _upSince;
    private long _since;
    private DateTimeOffset _sinceUtc;

    /// <summary>The line is down, or a dial failed.</summary>
    public void Failed(string problem)
    {
        if (_upSince is { } up && time.GetElapsedTime(up) >= Backoff.HealthySpell)
            _row = 0;
        _upSince = null;
        if (_row++ == 0)
            (_since, _sinceUtc) = (time.GetTimestamp(), time.GetUtcNow());
        state.Failures = _row;
        if (_row != Threshold)
            return;
        state.Alerts++;
        Unreachable(logger, broker, _sinceUtc, _row, problem);
    }

    /// <summary>The line is up.</summary>
    public void Up()
    {
        _upSince = time.GetTimestamp();
        state.Failures = 0;
        if (_row < Threshold)
            return;
        ReachedAgain(logger, broker, (long)time.GetElapsedTime(_since).TotalSeconds, _row);
        _row = 0;
    }

    [LoggerMessage(1, LogLevel.Error, "Broker unreachable {Broker} {Since:O} {Attempts} {Problem}")]
    private static partial void Unreachable(ILogger logger, string broker, DateTimeOffset since, int attempts, string problem);

    [LoggerMessage(2, LogLevel.Warning, "Broker reached again {Broker} {DownForS} {Attempts}")]
    private static partial void ReachedAgain(ILogger logger, string broker, long downForS, int attempts);
}
