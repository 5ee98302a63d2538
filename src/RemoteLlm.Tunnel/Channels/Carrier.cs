using System.Buffers;
using System.Net.WebSockets;

namespace RemoteLlm.Tunnel.Channels;

/// <summary>
/// One socket that carries a channel for a while. Two pumps, each the only one on its side, and one owner of their end. What is a fact of the
/// channel and not of the socket is in the two halves.
/// </summary>
internal sealed class Carrier : IFrameSink, IDisposable
{
    private const int FirstBuffer = 16 * 1024;
    // A dead peer is noticed this much after its time at most.
    private static readonly TimeSpan LivenessPeriod = TimeSpan.FromMilliseconds(500);

    private readonly WebSocket _socket;
    private readonly SendingHalf _sending;
    private readonly ReceivingHalf _receiving;
    private readonly Liveness _liveness;
    private readonly Action _stopping;
    private readonly ChannelOptions _options;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _abort;

    // Set by one pump or a timer, taken by the sending pump.
    private long _pongToken;
    private int _pongWanted;
    private int _pingWanted;
    private int _ackWanted;
    private int _ackTimerRuns;
    private bool _finishing;
    private ITimer? _ackTimer;
    private ChannelEnd? _end;

    public Carrier(WebSocket socket, SendingHalf sending, ReceivingHalf receiving, Liveness liveness, Action stopping, ChannelOptions options, TimeProvider time)
    {
        (_socket, _sending, _receiving, _liveness, _stopping, _options, _time) = (socket, sending, receiving, liveness, stopping, options, time);
        _abort = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
    }

    /// <summary>True from the first cause of its end on.</summary>
    public bool IsStopping => Volatile.Read(ref _end) is not null;

    /// <summary>Carries until the socket or the channel has ended. Never throws.</summary>
    /// <returns>Why it ended; <see cref="CloseReasons.IsOfSocket"/> tells whether another socket may follow.</returns>
    public async Task<ChannelEnd> RunAsync()
    {
        _liveness.Restart();
        await using (_ackTimer = _time.CreateTimer(static state => ((Carrier)state!).WantAck(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan))
        await using (_time.CreateTimer(static state => ((Carrier)state!).CheckLife(), this, LivenessPeriod, LivenessPeriod))
            await Task.WhenAll(Task.Run(ReceiveAsync), Task.Run(SendAsync));
        return _end!;
    }

    /// <summary>Frees the socket. After <see cref="RunAsync"/>.</summary>
    public void Dispose()
    {
        _socket.Dispose();
        _abort.Dispose();
    }

    /// <summary>Ends it: at once where the line is to blame; otherwise the peer is told why, and has <see cref="ChannelOptions.Linger"/> to close. The first end wins.</summary>
    public void Stop(ChannelEnd end)
    {
        if (Interlocked.CompareExchange(ref _end, end, null) is not null)
            return;
        try
        {
            if (end.Reason is CloseReason.Lost or CloseReason.Dead or CloseReason.TakenOver)
                _abort.Cancel();
            else
                _abort.CancelAfter(_options.Linger);
        }
        catch (ObjectDisposedException)
        {
            // Both pumps have ended between the two lines: there is nothing left to stop.
        }

        _sending.Wake();
        _stopping();
    }

    /// <summary>Ends it without a word and without waiting, whatever it is at: a newer socket is there.</summary>
    public void TakeOver()
    {
        Stop(ChannelEnd.ByNewerSocket);
        try
        {
            _abort.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended in this moment.
        }
    }

    private async Task ReceiveAsync()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        try
        {
            // The socket before this one may have been stopped between counting a payload and handing it on.
            await _receiving.FlushAsync(_abort.Token);
            while (_end is not { ByPeer: true })
            {
                var length = 0;
                ValueWebSocketReceiveResult piece;
                do
                {
                    if (length == buffer.Length)
                        buffer = Grow(buffer);
                    piece = await _socket.ReceiveAsync(buffer.AsMemory(length), _abort.Token);
                    // Part of a frame is life too: on a slow line a whole one may take long.
                    _liveness.OnFrame();
                    length += piece.Count;
                    if (piece is { Count: 0, EndOfMessage: false })
                        throw new DamagedFrameException("a piece of a message is empty");
                }
                while (!piece.EndOfMessage);

                if (piece.MessageType == WebSocketMessageType.Close)
                {
                    Stop(new ChannelEnd(CloseReason.Lost, "the socket was closed without a CLOSE frame", ByPeer: true));
                    return;
                }

                if (piece.MessageType != WebSocketMessageType.Binary)
                    throw new DamagedFrameException("a message is not binary");
                FrameReader.Read(buffer.AsSpan(0, length), this);
                await HandOnAsync();
            }
        }
        catch (Exception exception)
        {
            Stop(ChannelFailure.EndOf(exception));
            await DiscardAsync(buffer);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // A socket that is closed with bytes unread is reset, and the peer would not read why.
    private async Task DiscardAsync(byte[] buffer)
    {
        try
        {
            while ((await _socket.ReceiveAsync(buffer.AsMemory(), _abort.Token)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (Exception exception) when (ChannelFailure.IsOfSocket(exception))
        {
            // The reason is known already.
        }
    }

    private static byte[] Grow(byte[] full)
    {
        if (full.Length >= FrameFormat.MaxFrame)
            throw new DamagedFrameException($"a message is longer than {FrameFormat.MaxFrame} bytes");
        var larger = ArrayPool<byte>.Shared.Rent(FrameFormat.MaxFrame);
        full.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(full);
        return larger;
    }

    private async ValueTask HandOnAsync()
    {
        var flushed = _receiving.FlushAsync(_abort.Token);
        if (flushed.IsCompleted)
        {
            await flushed;
        }
        else
        {
            // We do not read: the peer's silence is of our making.
            _liveness.Pause();
            await flushed;
            _liveness.OnFrame();
        }

        var due = _receiving.Unacknowledged;
        if (due >= FrameFormat.AckEvery)
            WantAck();
        else if (due > 0 && Interlocked.Exchange(ref _ackTimerRuns, 1) == 0)
            _ackTimer!.Change(_options.AckAfter, Timeout.InfiniteTimeSpan);
    }

    private async Task SendAsync()
    {
        var control = new byte[FrameFormat.MaxControl];
        try
        {
            while (_end is null)
            {
                await SendControlAsync(control);
                if (!await SendDataAsync() && !TryFinish() && _end is null)
                    await _sending.WaitAsync();
            }
        }
        catch (Exception exception)
        {
            Stop(ChannelFailure.EndOf(exception));
        }

        try
        {
            await SayGoodbyeAsync(control);
        }
        catch (Exception exception) when (ChannelFailure.IsOfSocket(exception))
        {
            // There is nobody any more to say goodbye to.
        }
    }

    private async ValueTask<bool> SendDataAsync()
    {
        var frame = ArrayPool<byte>.Shared.Rent(FrameFormat.DataHeader + FrameFormat.SendPayload + FrameFormat.ChecksumLength);
        try
        {
            var length = _sending.TakePayload(frame.AsSpan(FrameFormat.DataHeader, FrameFormat.SendPayload), out var offset);
            if (length == 0)
                return false;
            FrameFormat.WriteDataHeader(frame, _receiving.NextAcknowledgement(), offset);
            await SendAsync(frame, FrameFormat.DataHeader + length);
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(frame);
        }
    }

    private async ValueTask SendControlAsync(byte[] frame)
    {
        if (Interlocked.Exchange(ref _pongWanted, 0) == 1)
            await SendAsync(frame, FrameFormat.WritePing(frame, FrameType.Pong, _receiving.NextAcknowledgement(), Volatile.Read(ref _pongToken)));
        if (Interlocked.Exchange(ref _pingWanted, 0) == 1)
            await SendAsync(frame, FrameFormat.WritePing(frame, FrameType.Ping, _receiving.NextAcknowledgement(), _liveness.NextToken()));
        if (Interlocked.Exchange(ref _ackWanted, 0) == 1 && _receiving.Unacknowledged > 0)
            await SendAsync(frame, FrameFormat.WriteAck(frame, _receiving.NextAcknowledgement()));
    }

    private ValueTask SendAsync(byte[] frame, int length) => _socket.SendAsync(
        frame.AsMemory(0, FrameFormat.Seal(frame, length)), WebSocketMessageType.Binary, WebSocketMessageFlags.EndOfMessage | WebSocketMessageFlags.DisableCompression, _abort.Token);

    private async ValueTask SayGoodbyeAsync(byte[] frame)
    {
        var end = _end!;
        if (!end.ByPeer && end.Reason <= CloseReasons.LastOnWire)
            await SendAsync(frame, FrameFormat.WriteClose(frame, _receiving.NextAcknowledgement(), end.Reason, end.Detail));
        if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, _abort.Token);
    }

    // The last bytes may need another socket yet: the end waits until they have arrived, and a ping asks whether they have.
    private bool TryFinish()
    {
        if (!_sending.IsFinished)
            return false;
        if (_sending.Unacknowledged == 0)
            Stop(ChannelEnd.OfConnectionAbove);
        else if (_finishing)
            return false;
        _finishing = true;
        Volatile.Write(ref _pingWanted, 1);
        return true;
    }

    private void WantAck()
    {
        Volatile.Write(ref _ackTimerRuns, 0);
        Volatile.Write(ref _ackWanted, 1);
        _sending.Wake();
    }

    private void CheckLife()
    {
        switch (_liveness.Check())
        {
            case Liveness.Verdict.SendPing:
                Volatile.Write(ref _pingWanted, 1);
                _sending.Wake();
                break;
            case Liveness.Verdict.Dead:
                Stop(new ChannelEnd(CloseReason.Dead, $"nothing was heard for {_options.DeadAfter.TotalSeconds:0.#} s", ByPeer: false));
                break;
        }
    }

    void IFrameSink.OnAck(long ack) => _sending.Acknowledge(ack);

    void IFrameSink.OnData(long offset, ReadOnlySpan<byte> payload)
    {
        // After an end of ours nobody reads any more what the peer still sends.
        if (_end is null)
            _receiving.Take(offset, payload);
    }

    void IFrameSink.OnPing(long token)
    {
        Volatile.Write(ref _pongToken, token);
        Volatile.Write(ref _pongWanted, 1);
        _sending.Wake();
    }

    void IFrameSink.OnPong(long token) => _liveness.OnPong(token);

    void IFrameSink.OnClose(CloseReason reason, string text) => Stop(new ChannelEnd(reason, text, ByPeer: true));
}
