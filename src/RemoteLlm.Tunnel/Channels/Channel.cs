using System.IO.Pipelines;
using System.Net.WebSockets;

namespace RemoteLlm.Tunnel.Channels;

/// <summary>
/// A byte stream in each direction that outlives the WebSockets that carry it, one after another, per PROTOCOL.md. What is above reads and
/// writes <see cref="Transport"/> and notices a change of the socket only as a pause.
/// <code>
/// var claim = await channel.ClaimAsync();
/// // … tell the peer claim.Received, learn what it has received …
/// var end = await channel.CarryAsync(claim, socket, peerReceived);
/// </code>
/// </summary>
public sealed class Channel : IAsyncDisposable
{
    private readonly ChannelOptions _options;
    private readonly TimeProvider _time;
    private readonly SendingHalf _sending;
    private readonly ReceivingHalf _receiving;
    private readonly Liveness _liveness;
    private readonly TaskCompletionSource<ChannelEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly ITimer _window;

    private TimeSpan _resumeWindow;
    private long _claim;
    private long _lostAt;
    private TimeSpan _patience;
    private Carrier? _carrier;
    private Task _carried = Task.CompletedTask;
    private TaskCompletionSource _lineChanged = NewPulse();
    private ChannelEnd? _end;

    /// <summary>Makes a channel that no socket carries yet. Its first socket must come within the resume window, too.</summary>
    public Channel(ChannelOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _sending = new SendingHalf(options);
        _receiving = new ReceivingHalf(options);
        _liveness = new Liveness(time, options.PingAfter, options.DeadAfter);
        _window = time.CreateTimer(static state => ((Channel)state!).EndUnresumed(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Transport = new DuplexPipe(_receiving.Reader, _sending.Writer);
        ResumeWindow = options.ResumeWindow;
        AwaitSocket_NeedsLock(ResumeWindow > TimeSpan.Zero ? ResumeWindow : options.HandshakeTimeout);
    }

    /// <summary>The two byte streams. Completing the output ends the channel with <see cref="CloseReason.Normal"/> once all of it has arrived.</summary>
    public IDuplexPipe Transport { get; }

    /// <summary>Completes, never faulted, when the channel has ended for good and no pump runs any more.</summary>
    public Task<ChannelEnd> Ended => _ended.Task;

    /// <summary>
    /// How long the channel waits for the next socket after one was lost; zero ends it with its first. From <see cref="ChannelOptions.ResumeWindow"/>;
    /// a connector lowers it to what the broker grants. To be set while no socket carries the channel.
    /// </summary>
    public TimeSpan ResumeWindow
    {
        get => _resumeWindow;
        set
        {
            _resumeWindow = value;
            _sending.Keeps = value > TimeSpan.Zero;
        }
    }

    /// <summary>True while a socket carries the channel.</summary>
    public bool LineUp => Volatile.Read(ref _carrier) is { IsStopping: false } && Volatile.Read(ref _end) is null;

    /// <summary>True from a socket's coming until nothing of it is left; longer than <see cref="LineUp"/> by a goodbye.</summary>
    internal bool IsCarried => Volatile.Read(ref _carrier) is not null;

    /// <summary>Completes, never faulted, the next time <see cref="LineUp"/> changes or the channel ends; then the property has the next such task.</summary>
    public Task LineChanged => Volatile.Read(ref _lineChanged).Task;

    /// <summary>Last measured round trip; null until there was one.</summary>
    public TimeSpan? RoundTrip => _liveness.RoundTrip;

    /// <summary>Payload bytes handed to a socket so far; what was replayed counts once.</summary>
    public long BytesSent => _sending.Sent;

    /// <summary>Payload bytes received so far.</summary>
    public long BytesReceived => _receiving.Received;

    /// <summary>Payload bytes sent that the peer has not acknowledged: what it would cost to lose the line now, and a sign of how busy it is.</summary>
    public long BytesUnacknowledged => _sending.Unacknowledged;

    /// <summary>
    /// Takes the line away from whatever socket has it, so that another may follow: the newest wins. When this returns, nothing of the
    /// old socket is received any more.
    /// </summary>
    public async Task<ChannelClaim> ClaimAsync()
    {
        long number;
        Task carried;
        Carrier? carrier;
        lock (_gate)
            (number, carried, carrier) = (++_claim, _carried, _carrier);
        carrier?.TakeOver();
        await carried;
        return new ChannelClaim(number, _receiving.Received);
    }

    /// <summary>Lets a socket whose handshake is done carry the channel, until the socket or the channel has ended. Owns the socket from here on. Never throws.</summary>
    /// <param name="claim">The claim by which the handshake was made. An older one than the newest is turned away.</param>
    /// <param name="socket">The socket.</param>
    /// <param name="peerReceived">How many bytes the peer says it has received.</param>
    /// <returns>How the socket ended. Whether the channel has ended too is for <see cref="Ended"/> to say.</returns>
    public async Task<ChannelEnd> CarryAsync(ChannelClaim claim, WebSocket socket, long peerReceived)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (TurnAway(claim, socket, peerReceived, done, out var carrier) is { } refusal)
        {
            if (refusal.Reason == CloseReason.ProtocolError)
                End(refusal);
            await SayNoAsync(socket, refusal, claim.Received);
            return refusal;
        }

        ChannelEnd end;
        using (carrier)
            end = await carrier!.RunAsync();
        var finish = false;
        lock (_gate)
        {
            _carrier = null;
            if (_end is null && end.Reason.IsOfSocket() && ResumeWindow > TimeSpan.Zero)
            {
                AwaitSocket_NeedsLock(ResumeWindow);
            }
            else
            {
                _end ??= end;
                finish = true;
            }

            PulseLine_NeedsLock();
        }

        if (finish)
            Complete();
        done.SetResult();
        return end;
    }

    /// <summary>Ends the channel: tells the peer the reason while a socket is there, waits <see cref="ChannelOptions.Linger"/> at most. The first end wins.</summary>
    /// <returns>How the channel really ended.</returns>
    public Task<ChannelEnd> CloseAsync(CloseReason reason, string detail)
    {
        End(new ChannelEnd(reason, detail, ByPeer: false));
        return Ended;
    }

    /// <summary>
    /// Completes both sides of <see cref="Transport"/> for what is above. What is left to send is sent, over a further socket if need be, for
    /// as long as some of it arrives within each <see cref="ChannelOptions.Linger"/>.
    /// </summary>
    public async Task<ChannelEnd> FinishAsync()
    {
        await Transport.Output.CompleteAsync();
        await Transport.Input.CompleteAsync();
        // For as long as something arrives of what is left: a slow line may take longer than a dead one is waited for.
        for (var before = -1L; !Ended.IsCompleted && _sending.Acknowledged is var arrived && arrived != before; before = arrived)
            await Task.WhenAny(Ended, Task.Delay(_options.Linger, _time));
        End(ChannelEnd.OfConnectionAbove);
        return await Ended;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await CloseAsync(CloseReason.Normal, "disposed");

    private ChannelEnd? TurnAway(ChannelClaim claim, WebSocket socket, long peerReceived, TaskCompletionSource done, out Carrier? carrier)
    {
        carrier = null;
        lock (_gate)
        {
            if (_end is { } end)
                return end;
            if (claim.Number != _claim || _carrier is not null)
                return ChannelEnd.ByNewerSocket;
            try
            {
                _sending.Rewind(peerReceived);
            }
            catch (ProtocolViolationException violation)
            {
                return new ChannelEnd(CloseReason.ProtocolError, violation.Message, ByPeer: false);
            }

            _window.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _carried = done.Task;
            _carrier = carrier = new Carrier(socket, _sending, _receiving, _liveness, PulseLine, _options, _time);
            PulseLine_NeedsLock();
            return null;
        }
    }

    private async Task SayNoAsync(WebSocket socket, ChannelEnd end, long received)
    {
        using (socket)
        using (var patience = new CancellationTokenSource(_options.Linger, _time))
        {
            try
            {
                if (end.Reason <= CloseReasons.LastOnWire)
                    await ChannelHandshake.RefuseAsync(socket, end.ByPeer ? CloseReason.ChannelEnded : end.Reason, end.Detail, received, patience.Token);
            }
            catch (Exception exception) when (ChannelFailure.IsOfSocket(exception))
            {
                // There is nobody any more to be told.
            }
        }
    }

    private void End(ChannelEnd end)
    {
        Carrier? carrier;
        lock (_gate)
        {
            if (_end is not null)
                return;
            _end = end;
            carrier = _carrier;
            PulseLine_NeedsLock();
        }

        // Whoever carries it completes the channel.
        if (carrier is not null)
            carrier.Stop(end);
        else
            Complete();
    }

    private void AwaitSocket_NeedsLock(TimeSpan patience)
    {
        (_lostAt, _patience) = (_time.GetTimestamp(), patience);
        _window.Change(patience, Timeout.InfiniteTimeSpan);
    }

    private void EndUnresumed()
    {
        lock (_gate)
        {
            // A socket may have come in the same moment.
            if (_carrier is not null || _end is not null)
                return;
            // And timers may be early, by a clock that is coarser than ours.
            var rest = _patience - _time.GetElapsedTime(_lostAt);
            if (rest > TimeSpan.Zero)
            {
                _window.Change(rest + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
                return;
            }

            _end = new ChannelEnd(CloseReason.Lost, $"the line was lost and did not come back within {_patience.TotalSeconds:0.#} s", ByPeer: false);
        }

        Complete();
    }

    // Once: by whoever sets the end while nothing carries the channel, or by the carrying itself.
    private void Complete()
    {
        _window.Dispose();
        _receiving.Complete(_end is { Reason: CloseReason.Normal } ? null : new ChannelLostException(_end!));
        _sending.Dispose();
        _ended.SetResult(_end!);
        PulseLine();
    }

    private void PulseLine()
    {
        lock (_gate)
            PulseLine_NeedsLock();
    }

    private void PulseLine_NeedsLock() => Interlocked.Exchange(ref _lineChanged, NewPulse()).SetResult();

    private static TaskCompletionSource NewPulse() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
