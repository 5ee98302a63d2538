using System.Buffers;
using System.IO.Pipelines;
using RemoteLlm.Tunnel.Channels;

namespace RemoteLlm.Tunnel.Http2;

/// <summary>A channel in the shape in which <see cref="SocketsHttpHandler"/> wants its connections. Disposal ends the channel.</summary>
internal sealed class ChannelStream(Channel channel) : Stream
{
    private readonly PipeReader _input = channel.Transport.Input;
    private readonly PipeWriter _output = channel.Transport.Output;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await _input.ReadAsync(cancellationToken);
        // Counted before the pipe is advanced: its segments are used again at once, and a sequence over them then has any length.
        var count = (int)Math.Min(read.Buffer.Length, buffer.Length);
        var taken = read.Buffer.Slice(0, count);
        taken.CopyTo(buffer.Span);
        _input.AdvanceTo(taken.End);
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var flushed = await _output.WriteAsync(buffer, cancellationToken);
        if (flushed.IsCompleted)
            throw new ChannelLostException(await channel.Ended);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
        // Every write is flushed to the channel already.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A channel is read asynchronously.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("A channel is written asynchronously.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _ = channel.FinishAsync();

        base.Dispose(disposing);
    }
}
