using System.IO.Pipelines;
using System.Net.WebSockets;

namespace RemoteLlm.Tunnel.Channels;

/// <summary>
/// A byte stream in each direction over one WebSocket, per PROTOCOL.md. Two pumps, each the only writer of its side, and one owner of their
/// end. What is above reads and writes <see cref="Transport"/>; what has gathered there goes out as one WebSocket message.
/// </summary>
public sealed class Channel : IFrameSink, IAsyncDisposable
{
    private static readonly TimeSpan LivenessPeriod = TimeSpan.FromSeconds(1);

    private readonly WebSocket _socket;
    private readonly ChannelOptions _options;
    private readonly TimeProvider _time;
    private readonly Liveness _liveness;
    private readonly FrameParser _parser;
    private readonly Pipe _inbound;
    private readonly Pipe _outbound;
    private readonly CancellationTokenSource _abort;
    private readonly ITimer _timer;

    // Written by one pump, read by the other.
    private long _sent;
    private long _received;
    private long _acknowledgedByPeer;
    private long _acknowledgedToPeer;
    private long _pongToken;
    private int _pongWanted;
    private int _pingWanted;
    private int _ackWanted;
    private ChannelEnd? _end;

    // Of the receiving pump alone: what is above reads no more.
    private bool _unwanted;

    private Channel(WebSocket socket, ChannelOptions options, TimeProvider time)
    {
        _socket = socket;
        _options = options;
        _time = time;
        _liveness = new Liveness(time, options.PingAfter, options.DeadAfter);
        _parser = new FrameParser(this);
        _inbound = new Pipe(new PipeOptions(pauseWriterThreshold: options.UnreadLimit, resumeWriterThreshold: options.UnreadLimit / 2, useSynchronizationContext: false));
        _outbound = new Pipe(new PipeOptions(pauseWriterThreshold: options.UnsentLimit, resumeWriterThreshold: options.UnsentLimit / 2, useSynchronizationContext: false));
        _abort = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        Transport = new DuplexPipe(_inbound.Reader, _outbound.Writer);
        _timer = time.CreateTimer(static state => ((Channel)state!).CheckLife(), this, LivenessPeriod, LivenessPeriod);
        Ended = RunAsync();
    }

    /// <summary>The two byte streams. Completing the output ends the channel with <see cref="CloseReason.Normal"/>.</summary>
    public IDuplexPipe Transport { get; }

    /// <summary>Completes, never faulted, when both pumps have ended and the socket is disposed.</summary>
    public Task<ChannelEnd> Ended { get; }

    /// <summary>True while a socket carries the channel.</summary>
    public bool LineUp => !Ended.IsCompleted;

    /// <summary>Completes, never faulted, the next time <see cref="LineUp"/> changes or the channel ends; then the property has the next such task.</summary>
    public Task LineChanged => Ended;

    /// <summary>Last measured round trip; null until there was one. Pings are sent only over a quiet line.</summary>
    public TimeSpan? RoundTrip => _liveness.RoundTrip;

    /// <summary>Payload bytes handed to the socket so far.</summary>
    public long BytesSent => Volatile.Read(ref _sent);

    /// <summary>Payload bytes received so far.</summary>
    public long BytesReceived => Volatile.Read(ref _received);

    /// <summary>Starts the pumps over a socket whose handshake is done. The channel owns the socket from here on.</summary>
    public static Channel Start(WebSocket socket, ChannelOptions options, TimeProvider time) => new(socket, options, time);

    /// <summary>Ends the channel: tells the peer the reason, waits <see cref="ChannelOptions.Linger"/> at most. The first end wins.</summary>
    /// <returns>How the channel really ended.</returns>
    public Task<ChannelEnd> CloseAsync(CloseReason reason, string detail)
    {
        End(new ChannelEnd(reason, detail, ByPeer: false));
        return Ended;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await CloseAsync(CloseReason.Normal, "disposed");

    private async Task<ChannelEnd> RunAsync()
    {
        // Off the constructor, so that no pump runs before the fields are set.
        await Task.Yield();
        await Task.WhenAll(ReceiveAsync(), SendAsync());
        await _timer.DisposeAsync();
        _socket.Dispose();
        _abort.Dispose();
        return _end!;
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (true)
            {
                var result = await _socket.ReceiveAsync(buffer.AsMemory(), _abort.Token);
                if (result.MessageType == WebSocketMessageType.Close)
                {
                    End(new ChannelEnd(CloseReason.Lost, "the socket was closed without a CLOSE frame", ByPeer: true));
                    break;
                }

                if (result.MessageType != WebSocketMessageType.Binary)
                    throw new ProtocolViolationException("a message is not binary");

                _parser.Read(buffer.AsSpan(0, result.Count), result.EndOfMessage);
                if (!result.EndOfMessage)
                    continue;
                _liveness.OnFrame();
                if (_end is { ByPeer: true })
                    break;
                _unwanted |= (await _inbound.Writer.FlushAsync(_abort.Token)).IsCompleted;
                WantAckIfDue();
            }
        }
        catch (Exception exception)
        {
            End(ChannelFailure.EndOf(exception));
        }
        finally
        {
            await _inbound.Writer.CompleteAsync(EndError());
        }
    }

    private async Task SendAsync()
    {
        var buffer = new byte[FrameFormat.DataHeader + FrameFormat.MaxPayload];
        try
        {
            await SendQueuedAsync(buffer);
        }
        catch (Exception exception)
        {
            End(ChannelFailure.EndOf(exception));
        }
        finally
        {
            await _outbound.Reader.CompleteAsync(EndError());
        }

        try
        {
            await SayGoodbyeAsync(buffer);
        }
        catch (Exception exception) when (ChannelFailure.IsOfSocket(exception))
        {
            // There is nobody any more to say goodbye to.
        }
    }

    private async Task SendQueuedAsync(byte[] buffer)
    {
        var source = _outbound.Reader;
        while (_end is null)
        {
            var read = await source.ReadAsync();
            await SendControlAsync(buffer);
            var rest = read.Buffer;
            while (!rest.IsEmpty && _end is null)
            {
                var payload = rest.Slice(0, Math.Min(rest.Length, FrameFormat.MaxPayload));
                await SendDataAsync(payload, buffer);
                rest = rest.Slice(payload.End);
                await SendControlAsync(buffer);
            }

            source.AdvanceTo(rest.Start, rest.IsEmpty ? rest.End : rest.Start);
            if (read.IsCompleted && rest.IsEmpty)
                End(new ChannelEnd(CloseReason.Normal, "the connection above has ended", ByPeer: false));
        }
    }

    private async ValueTask SendDataAsync(System.Buffers.ReadOnlySequence<byte> payload, byte[] buffer)
    {
        var length = (int)payload.Length;
        FrameFormat.WriteDataHeader(buffer, NextAck(), _sent);
        var at = FrameFormat.DataHeader;
        foreach (var segment in payload)
        {
            segment.Span.CopyTo(buffer.AsSpan(at));
            at += segment.Length;
        }

        // Counted before it is sent: the acknowledgement may overtake the continuation of this send.
        Volatile.Write(ref _sent, _sent + length);
        await SendFrameAsync(buffer.AsMemory(0, at));
    }

    private async ValueTask SendControlAsync(byte[] buffer)
    {
        if (Interlocked.Exchange(ref _pongWanted, 0) == 1)
            await SendFrameAsync(buffer.AsMemory(0, FrameFormat.WritePing(buffer, FrameType.Pong, NextAck(), Volatile.Read(ref _pongToken))));
        if (Interlocked.Exchange(ref _pingWanted, 0) == 1)
            await SendFrameAsync(buffer.AsMemory(0, FrameFormat.WritePing(buffer, FrameType.Ping, NextAck(), _liveness.NextToken())));
        if (Interlocked.Exchange(ref _ackWanted, 0) == 1 && Volatile.Read(ref _received) != Volatile.Read(ref _acknowledgedToPeer))
            await SendFrameAsync(buffer.AsMemory(0, FrameFormat.WriteAck(buffer, NextAck())));
    }

    private ValueTask SendFrameAsync(ReadOnlyMemory<byte> frame) =>
        _socket.SendAsync(frame, WebSocketMessageType.Binary, WebSocketMessageFlags.EndOfMessage | WebSocketMessageFlags.DisableCompression, _abort.Token);

    private async Task SayGoodbyeAsync(byte[] buffer)
    {
        var end = _end!;
        if (!end.ByPeer && end.Reason <= CloseReason.InternalError)
            await SendFrameAsync(buffer.AsMemory(0, FrameFormat.WriteClose(buffer, NextAck(), end.Reason, end.Detail)));
        if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, _abort.Token);
    }

    private long NextAck()
    {
        var received = Volatile.Read(ref _received);
        Volatile.Write(ref _acknowledgedToPeer, received);
        return received;
    }

    private void WantAckIfDue()
    {
        if (Volatile.Read(ref _received) - Volatile.Read(ref _acknowledgedToPeer) < FrameFormat.AckEvery)
            return;
        Volatile.Write(ref _ackWanted, 1);
        _outbound.Reader.CancelPendingRead();
    }

    private void CheckLife()
    {
        switch (_liveness.Check())
        {
            case Liveness.Verdict.SendPing:
                Volatile.Write(ref _pingWanted, 1);
                _outbound.Reader.CancelPendingRead();
                break;
            case Liveness.Verdict.Dead:
                End(new ChannelEnd(CloseReason.Dead, $"nothing was heard for {_options.DeadAfter.TotalSeconds:0.#} s", ByPeer: false));
                break;
        }
    }

    private void End(ChannelEnd end)
    {
        if (Interlocked.CompareExchange(ref _end, end, null) is not null)
            return;
        try
        {
            if (end.Reason is CloseReason.Lost or CloseReason.Dead)
                _abort.Cancel();
            else
                _abort.CancelAfter(_options.Linger);
        }
        catch (ObjectDisposedException)
        {
            // Both pumps have ended between the two lines: there is nothing left to stop.
        }

        _outbound.Reader.CancelPendingRead();
    }

    private ChannelLostException? EndError() => _end is null or { Reason: CloseReason.Normal } ? null : new ChannelLostException(_end);

    void IFrameSink.OnAck(long ack)
    {
        if (ack > Volatile.Read(ref _sent))
            throw new ProtocolViolationException("an acknowledgement is above what was sent");
        if (ack < _acknowledgedByPeer)
            throw new ProtocolViolationException("an acknowledgement fell");
        _acknowledgedByPeer = ack;
    }

    void IFrameSink.OnDataStart(long offset)
    {
        if (offset != _received)
            throw new ProtocolViolationException("an offset does not follow what was received");
    }

    void IFrameSink.OnData(ReadOnlySpan<byte> piece)
    {
        Volatile.Write(ref _received, _received + piece.Length);
        // A pipe that nobody reads would keep all that the peer still sends.
        if (_unwanted || _end is not null)
            return;
        piece.CopyTo(_inbound.Writer.GetSpan(piece.Length));
        _inbound.Writer.Advance(piece.Length);
    }

    void IFrameSink.OnPing(long token)
    {
        Volatile.Write(ref _pongToken, token);
        Volatile.Write(ref _pongWanted, 1);
        _outbound.Reader.CancelPendingRead();
    }

    void IFrameSink.OnPong(long token) => _liveness.OnPong(token);

    void IFrameSink.OnClose(CloseReason reason, string text) => End(new ChannelEnd(reason, text, ByPeer: true));
}
