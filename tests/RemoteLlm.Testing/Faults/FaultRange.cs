namespace RemoteLlm.Testing.Faults;

/// <summary>What a <see cref="FaultSchedule"/> may draw.</summary>
public sealed record FaultRange
{
    /// <summary>Everything that no stream may notice: all kinds but damaged bytes, which only a line with a checksum survives.</summary>
    public static readonly FaultRange Harmless = new();

    /// <summary>Cuts alone.</summary>
    public static readonly FaultRange Cuts = new() { Kinds = [FaultKind.Cut] };

    /// <summary>The kinds, each as likely as another; one that is listed twice is twice as likely.</summary>
    public IReadOnlyList<FaultKind> Kinds { get; init; } =
        [.. Enum.GetValues<FaultKind>().Where(kind => kind is not (FaultKind.CorruptUp or FaultKind.CorruptDown))];

    /// <summary>At least so many bytes between two faults.</summary>
    public int MinBytesBetween { get; init; } = 1;

    /// <summary>At most so many bytes between two faults.</summary>
    public int MaxBytesBetween { get; init; } = 64 * 1024;

    /// <summary>The longest time that a fault lasts; at least a millisecond.</summary>
    public TimeSpan MaxTime { get; init; } = TimeSpan.FromMilliseconds(50);

    internal Fault Draw(Random random)
    {
        var kind = Kinds[random.Next(Kinds.Count)];
        var after = random.Next(MinBytesBetween, MaxBytesBetween + 1);
        var time = TimeSpan.FromMilliseconds(random.Next(1, (int)MaxTime.TotalMilliseconds + 1));
        return kind switch
        {
            FaultKind.Cut or FaultKind.Finish => new Fault(kind, after, TimeSpan.Zero, 0),
            FaultKind.CorruptUp or FaultKind.CorruptDown => new Fault(kind, after, TimeSpan.Zero, random.Next(1, MaxBytesBetween + 1)),
            FaultKind.Fragment => new Fault(kind, after, time, random.Next(1, 64)),
            FaultKind.Delay => new Fault(kind, after, time, random.Next(1, 50)),
            FaultKind.Throttle => new Fault(kind, after, time, random.Next(10_000, 1_000_000)),
            _ => new Fault(kind, after, time, 0),
        };
    }
}
