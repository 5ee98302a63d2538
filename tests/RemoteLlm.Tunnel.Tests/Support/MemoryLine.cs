using System.IO.Pipelines;
using System.Net.WebSockets;

namespace RemoteLlm.Tunnel.Tests.Support;

/// <summary>
/// Two WebSockets over a line in memory, with a fate: after so many bytes in one of its directions it is cut, or takes no more. Bytes arrive in pieces of
/// random size. Everything follows from the seed and from how the ends take turns.
/// </summary>
internal sealed class MemoryLine
{
    private readonly Wire _up;
    private readonly Wire _down;

    public MemoryLine(Random random, Fate up, Fate down)
    {
        (_up, _down) = (new Wire(new Random(random.Next()), up, Cut), new Wire(new Random(random.Next()), down, Cut));
        Connector = WebSocket.CreateFromStream(new End(_down, _up, Cut), new WebSocketCreationOptions { IsServer = false });
        Broker = WebSocket.CreateFromStream(new End(_up, _down, Cut), new WebSocketCreationOptions { IsServer = true });
    }

    public WebSocket Connector { get; }

    public WebSocket Broker { get; }

    public void Cut()
    {
        _up.Break();
        _down.Break();
    }

    /// <summary>What becomes of one direction.</summary>
    /// <param name="After">Bytes that pass before it happens.</param>
    /// <param name="Stalls">True when nothing passes any more and nobody is told; false for a cut of both directions.</param>
    internal sealed record Fate(long After, bool Stalls);

    private sealed class Wire(Random random, Fate fate, Action cut)
    {
        private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 32 * 1024, resumeWriterThreshold: 16 * 1024, useSynchronizationContext: false));
        private readonly TaskCompletionSource _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long _passed;

        public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            var read = await _pipe.Reader.ReadAsync(cancellationToken);
            var taken = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, buffer.Length));
            var count = (int)taken.Length;
            foreach (var piece in taken)
            {
                piece.Span.CopyTo(buffer.Span);
                buffer = buffer[piece.Length..];
            }

            _pipe.Reader.AdvanceTo(taken.End);
            return _broken.Task.IsCompleted && count == 0 ? throw new IOException("the line was cut") : count;
        }

        public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            while (!bytes.IsEmpty)
            {
                if (_broken.Task.IsCompleted)
                    throw new IOException("the line was cut");
                var left = fate.After - _passed;
                if (left == 0)
                {
                    if (!fate.Stalls)
                        cut();
                    await _broken.Task.WaitAsync(cancellationToken);
                    continue;
                }

                var length = (int)Math.Min(Math.Min(bytes.Length, left), 1 + random.Next(random.Next(4) == 0 ? 40 : 70_000));
                await _pipe.Writer.WriteAsync(bytes[..length], cancellationToken);
                _passed += length;
                bytes = bytes[length..];
            }
        }

        public void Break()
        {
            if (!_broken.TrySetResult())
                return;
            // What is on the way when a line is cut may arrive or not.
            _pipe.Reader.CancelPendingRead();
            _pipe.Writer.CancelPendingFlush();
        }
    }

    private sealed class End(Wire input, Wire output, Action cut) : Stream
    {
        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => input.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => output.WriteAsync(buffer, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override void Flush()
        {
            // Nothing is held back.
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                cut();
            base.Dispose(disposing);
        }
    }
}
