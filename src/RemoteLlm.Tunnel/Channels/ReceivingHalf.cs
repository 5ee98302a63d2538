using System.Buffers;
using System.IO.Pipelines;

namespace RemoteLlm.Tunnel.Channels;

/// <summary>What a channel has received, independent of the socket that carries it, and how much of it the peer knows to have arrived.</summary>
internal sealed class ReceivingHalf(ChannelOptions options)
{
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: options.UnreadLimit, resumeWriterThreshold: options.UnreadLimit / 2, useSynchronizationContext: false));

    // Written by one pump, read by the other.
    private long _received;
    private long _acknowledged;

    // Of the receiving pump alone: what is above reads no more.
    private bool _unwanted;

    /// <summary>Where what is above reads.</summary>
    public PipeReader Reader => _pipe.Reader;

    /// <summary>Bytes received so far, over all sockets.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>Bytes received that the peer was not told of.</summary>
    public long Unacknowledged => Received - Volatile.Read(ref _acknowledged);

    /// <summary>Takes the payload of a frame.</summary>
    /// <exception cref="ProtocolViolationException">It does not follow what was received.</exception>
    public void Take(long offset, ReadOnlySpan<byte> payload)
    {
        if (offset != _received)
            throw new ProtocolViolationException("an offset does not follow what was received");
        Volatile.Write(ref _received, offset + payload.Length);
        // A pipe that nobody reads would keep all that the peer still sends.
        if (!_unwanted)
            _pipe.Writer.Write(payload);
    }

    /// <summary>Hands on what was taken; waits while what is above has too much unread.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken) => _unwanted |= (await _pipe.Writer.FlushAsync(cancellationToken)).IsCompleted;

    /// <summary>The count for the next frame's <c>ack</c>.</summary>
    public long NextAcknowledgement()
    {
        var received = Received;
        Volatile.Write(ref _acknowledged, received);
        return received;
    }

    /// <summary>The channel has ended and no pump runs any more.</summary>
    /// <param name="error">What the reader is told; null for a clean end.</param>
    public void Complete(ChannelLostException? error) => _pipe.Writer.Complete(error);
}
