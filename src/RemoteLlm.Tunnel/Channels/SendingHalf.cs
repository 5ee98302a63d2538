using System.IO.Pipelines;
using System.Threading.Channels;

namespace RemoteLlm.Tunnel.Channels;

/// <summary>
/// What a channel has to send, independent of the socket that carries it: what is above writes into a pipe, and whatever was taken out of the
/// pipe stays in the <see cref="ReplayRing"/> until the peer has acknowledged it. The pipe is the send queue and short; the ring is none.
/// </summary>
internal sealed class SendingHalf : IDisposable
{
    private readonly Pipe _pipe;
    private readonly ReplayRing _ring;
    // What is waited for where the pipe's reader would not wait, or must not.
    private readonly Channel<bool> _woken = System.Threading.Channels.Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private bool _writerDone;
    private bool _taken;
    private bool _wakeTaken;
    private bool _awaitsAcknowledgement;

    // Written by the sending pump, read by the receiving one.
    private long _next;
    private long _sent;

    // Of whoever receives. With a ring that keeps nothing this is all that is known of acknowledgements.
    private long _acknowledged;

    public SendingHalf(ChannelOptions options)
    {
        _pipe = new Pipe(new PipeOptions(pauseWriterThreshold: options.UnsentLimit, resumeWriterThreshold: options.UnsentLimit / 2, useSynchronizationContext: false));
        _ring = new ReplayRing(options.ReplayLimit);
    }

    /// <summary>Where what is above writes.</summary>
    public PipeWriter Writer => _pipe.Writer;

    /// <summary>False when no socket will ever follow the present one: nothing is kept for it.</summary>
    public bool Keeps { get; set; } = true;

    /// <summary>Bytes that were handed to a socket at least once.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>Bytes that the peer has acknowledged.</summary>
    public long Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>Bytes that were sent and not acknowledged.</summary>
    public long Unacknowledged => Sent - Acknowledged;

    /// <summary>What is above has completed its output, and all of it was sent over the present socket.</summary>
    public bool IsFinished => _taken && _next == _ring.End;

    /// <summary>Before a new socket: begins where the peer says that its knowledge ends.</summary>
    /// <exception cref="ProtocolViolationException">The peer cannot have received that.</exception>
    public void Rewind(long received)
    {
        Acknowledge(received);
        if (received < _ring.Start)
            throw new ProtocolViolationException("the bytes to resume from are kept no more");
        _next = received;
    }

    /// <summary>The peer has received this many bytes.</summary>
    /// <exception cref="ProtocolViolationException">It says more than was sent, or less than it said before.</exception>
    public void Acknowledge(long received)
    {
        if (received > Sent)
            throw new ProtocolViolationException("an acknowledgement is above what was sent");
        if (received < _acknowledged)
            throw new ProtocolViolationException("an acknowledgement fell");
        if (received == _acknowledged)
            return;
        Volatile.Write(ref _acknowledged, received);
        if (received > _ring.Start)
            _ring.Release(received);
        // Either this sees that somebody waits, or who is about to wait sees what was released.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _awaitsAcknowledgement))
            Wake();
    }

    /// <summary>Copies the payload of the next DATA frame, if there is something to send now. What is replayed comes before what is new.</summary>
    /// <param name="payload">Room for a frame's payload.</param>
    /// <param name="offset">Number of the payload's first byte.</param>
    /// <returns>The payload's length; 0 when there is nothing.</returns>
    public int TakePayload(Span<byte> payload, out long offset)
    {
        offset = _next;
        if (_next == _ring.End)
            Keep(payload.Length);
        var length = _ring.CopyTo(_next, payload);
        _next += length;
        // Counted before it is sent: the acknowledgement may overtake the continuation of that send.
        if (_next > _sent)
            Volatile.Write(ref _sent, _next);
        if (!Keeps)
            _ring.Release(_next);
        return length;
    }

    /// <summary>Returns when there may be something to do: bytes, room, an end, or somebody called <see cref="Wake"/>.</summary>
    public async ValueTask WaitAsync()
    {
        if (_wakeTaken)
        {
            _wakeTaken = false;
            return;
        }

        if (_writerDone || _ring.Room == 0)
        {
            await AwaitAcknowledgementAsync();
            return;
        }

        var read = await _pipe.Reader.ReadAsync();
        _writerDone = read.IsCompleted;
        _pipe.Reader.AdvanceTo(read.Buffer.Start);
    }

    // While the ring is full only an acknowledgement helps. The pipe must not even be looked at then: what was examined counts no more towards its limit.
    private async ValueTask AwaitAcknowledgementAsync()
    {
        Volatile.Write(ref _awaitsAcknowledgement, true);
        Interlocked.MemoryBarrier();
        if (_ring.Room == 0 || Unacknowledged > 0)
            await _woken.Reader.ReadAsync();
        Volatile.Write(ref _awaitsAcknowledgement, false);
    }

    /// <summary>Ends the present or the next <see cref="WaitAsync"/>. From any thread, also after the end.</summary>
    public void Wake()
    {
        _pipe.Reader.CancelPendingRead();
        _woken.Writer.TryWrite(true);
    }

    /// <summary>The channel has ended and no pump runs any more.</summary>
    public void Dispose()
    {
        // Without an exception, always: Kestrel would log it as a fault of its own. The other half says why.
        _pipe.Reader.Complete();
        _ring.Clear();
    }

    private void Keep(int most)
    {
        if (_ring.Room == 0 || !_pipe.Reader.TryRead(out var read))
            return;
        var taken = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, Math.Min(most, _ring.Room)));
        var all = taken.Length == read.Buffer.Length;
        _ring.Append(taken);
        _pipe.Reader.AdvanceTo(taken.End);
        // Whoever called Wake between the last look at what is wanted and this read must not be forgotten.
        _wakeTaken |= read.IsCanceled;
        _writerDone = read.IsCompleted;
        _taken = read.IsCompleted && all;
    }
}
