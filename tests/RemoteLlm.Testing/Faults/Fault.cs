namespace RemoteLlm.Testing.Faults;

/// <summary>One fault of a <see cref="FaultSchedule"/>.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="AfterBytes">When: so many bytes, both ways together, after the fault before it struck; not before that is over.</param>
/// <param name="For">How long it lasts; zero for what is over at once.</param>
/// <param name="Amount">How much of it, in the unit of its kind; 0 where there is none.</param>
public sealed record Fault(FaultKind Kind, long AfterBytes, TimeSpan For, int Amount)
{
    /// <summary>Does it to a line and waits until it is over.</summary>
    public async Task Strike(FaultyLine line, CancellationToken cancellationToken)
    {
        Begin(line);
        if (For == TimeSpan.Zero)
            return;
        try
        {
            await line.Clock.Pass(For, cancellationToken);
        }
        finally
        {
            End(line);
        }
    }

    public override string ToString() =>
        $"after {AfterBytes} bytes {Kind}{(Amount > 0 ? $" {Amount}" : "")}{(For > TimeSpan.Zero ? $" for {For.TotalMilliseconds:0} ms" : "")}";

    private void Begin(FaultyLine line)
    {
        switch (Kind)
        {
            case FaultKind.Cut: line.Cut(); break;
            case FaultKind.Finish: line.Finish(); break;
            case FaultKind.Outage: line.Refuse(); line.Cut(); break;
            case FaultKind.Stall: line.Blackhole(); break;
            case FaultKind.StallUp: line.Up.Blackhole(); break;
            case FaultKind.StallDown: line.Down.Blackhole(); break;
            case FaultKind.Fragment: line.Fragment(Amount); break;
            case FaultKind.Delay: line.Delay(TimeSpan.FromMilliseconds(Amount)); break;
            case FaultKind.Throttle: line.Throttle(Amount); break;
            case FaultKind.CorruptUp: line.Up.CorruptAfter(Amount); break;
            case FaultKind.CorruptDown: line.Down.CorruptAfter(Amount); break;
            default: throw new InvalidOperationException($"{Kind} is no fault.");
        }
    }

    private void End(FaultyLine line)
    {
        switch (Kind)
        {
            case FaultKind.Outage: line.Accept(); break;
            case FaultKind.Stall: line.Resume(); break;
            case FaultKind.StallUp: line.Up.Resume(); break;
            case FaultKind.StallDown: line.Down.Resume(); break;
            case FaultKind.Fragment: line.Fragment(0); break;
            case FaultKind.Delay: line.Delay(TimeSpan.Zero); break;
            case FaultKind.Throttle: line.Throttle(0); break;
            default: break;
        }
    }
}
