using System.Collections.Concurrent;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Tunnel.Channels;

namespace RemoteLlm.Connector.Link;

/// <summary>What the link to the broker is like now: for readiness, metrics and whoever started the connector.</summary>
public sealed class LinkState
{
    private readonly ConcurrentDictionary<int, Channel> _channels = new();
    private int _channelsUp;
    private string? _problem = "not connected yet";
    private readonly TaskCompletionSource _routable = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The name by which the broker knows this connector; null before the first session.</summary>
    public string? ConnectorId { get; internal set; }

    /// <summary>True while the control connection is up and its session open.</summary>
    public bool ControlUp { get; private set; }

    /// <summary>Channels that are up.</summary>
    public int ChannelsUp => Volatile.Read(ref _channelsUp);

    /// <summary>What keeps the link down, in a sentence; null while all is well.</summary>
    public string? Problem => Volatile.Read(ref _problem);

    /// <summary>Set when the broker ended this connector's work for good: it must not dial again.</summary>
    public DrainReason? Ended { get; internal set; }

    /// <summary>Completes when the first session has its control connection and a channel.</summary>
    public Task FirstUp => _routable.Task;

    /// <summary>Failures in a row, of dials and of connections that did not hold; 0 while the control connection is up.</summary>
    public int Failures { get; internal set; }

    /// <summary>How often an outage lasted so long that the operator was told.</summary>
    public long Alerts { get; internal set; }

    internal void SetControl(bool up)
    {
        ControlUp = up;
        Settle();
    }

    internal void ChannelUp()
    {
        Interlocked.Increment(ref _channelsUp);
        Settle();
    }

    internal void ChannelDown() => Interlocked.Decrement(ref _channelsUp);

    /// <summary>The last round trip of each channel by its number, seconds; without those that had none yet.</summary>
    internal IEnumerable<(int Channel, double Seconds)> RoundTrips()
    {
        foreach (var (number, channel) in _channels)
        {
            if (channel is { LineUp: true, RoundTrip: { } trip })
                yield return (number, trip.TotalSeconds);
        }
    }

    /// <summary>A channel has begun: its round trip is of interest until <see cref="Finished(int, Channel)"/>.</summary>
    internal void Began(int number, Channel channel) => _channels[number] = channel;

    /// <summary>A channel is over. One that took its number since stays.</summary>
    internal void Finished(int number, Channel channel) => _channels.TryRemove(new KeyValuePair<int, Channel>(number, channel));

    /// <summary>Waits until a socket carries each channel, or the time is over: what they have yet to send can be sent then.</summary>
    internal async Task LinesUpAsync(TimeSpan longest, TimeProvider time, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            foreach (var channel in _channels.Values)
            {
                for (var changed = channel.LineChanged; !channel.LineUp && !channel.Ended.IsCompleted; changed = channel.LineChanged)
                    await changed.WaitAsync(either.Token);
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            // They are stopped as they are.
        }
    }

    internal void Fail(string problem) => Volatile.Write(ref _problem, problem);

    private void Settle()
    {
        if (!ControlUp || ChannelsUp == 0)
            return;
        Volatile.Write(ref _problem, null);
        _routable.TrySetResult();
    }
}
