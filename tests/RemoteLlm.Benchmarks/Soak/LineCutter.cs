using RemoteLlm.Testing.Faults;

namespace RemoteLlm.Benchmarks.Soak;

/// <summary>Cuts the line every now and then: in turns for a moment, and for a second in which nobody can dial.</summary>
internal sealed class LineCutter(FaultyLine line)
{
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan s_outage = TimeSpan.FromSeconds(1);

    public long Cuts { get; private set; }

    public async Task Run(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(s_between, TimeProvider.System, cancellationToken);
            var outage = Cuts % 2 == 1;
            if (outage)
                line.Refuse();
            line.Cut();
            Cuts++;
            if (!outage)
                continue;
            await Task.Delay(s_outage, TimeProvider.System, CancellationToken.None);
            line.Accept();
        }
    }
}
