using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;

namespace RemoteLlm.Tunnel.Forwarding;

/// <summary>
/// The part of a request body that has been read: in memory up to a limit, beyond it in a file that vanishes when it is closed. What is held
/// can be sent as often as needed; a rest that was left in the pipe, once.
/// </summary>
public sealed class HeldBody : IAsyncDisposable
{
    private readonly PipeReader _source;
    private readonly int _memoryLimit;
    private readonly long? _declaredLength;
    private readonly long _maxLength;
    private readonly BodySpool _spool;
    private long _spooled;
    private byte[] _memory;
    private int _memoryLength;
    private FileStream? _file;
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _gate = new();
    private int _sends;
    private bool _disposed;
    private bool _restTaken;

    /// <summary>Holds nothing yet.</summary>
    /// <param name="source">The body as it arrives.</param>
    /// <param name="declaredLength">Its Content-Length; null when chunked.</param>
    /// <param name="memoryLimit">Bytes kept in memory before the file is made.</param>
    /// <param name="maxLength">Bytes above which the body is refused, where the server does not see to it.</param>
    /// <param name="spool">Where the file is made, and what bounds all files together; null for no bound.</param>
    public HeldBody(PipeReader source, long? declaredLength, int memoryLimit, long maxLength = long.MaxValue, BodySpool? spool = null)
    {
        _maxLength = maxLength;
        _spool = spool ?? BodySpool.Unbounded;
        _source = source;
        _declaredLength = declaredLength;
        _memoryLimit = memoryLimit;
        _memory = ArrayPool<byte>.Shared.Rent((int)Math.Min(declaredLength is > 0 ? declaredLength.Value : 4096, memoryLimit));
    }

    /// <summary>True when the whole body is held, so that it can be sent again.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Bytes held so far.</summary>
    public long Length => _memoryLength + (_file?.Length ?? 0);

    /// <summary>True while everything held is in memory.</summary>
    public bool InMemory => _file is null;

    /// <summary>What is held in memory: the beginning of the body.</summary>
    public ReadOnlyMemory<byte> Memory => _memory.AsMemory(0, _memoryLength);

    /// <summary>
    /// Reads on until the end of the body, or until <paramref name="observe"/> has seen enough. Where it has, no file is made for what it saw last: what memory does
    /// not hold of that is left in the pipe.
    /// </summary>
    /// <param name="observe">Sees each piece once, in order; returns false to stop reading behind this piece.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="BadHttpRequestException">The body is above the limit (status 413; it can be read on), or its framing is broken.</exception>
    /// <exception cref="BodySpoolException">There is no room for it; it can be read on.</exception>
    public async ValueTask ReadAsync(Func<ReadOnlySequence<byte>, bool> observe, CancellationToken cancellationToken)
    {
        while (!IsComplete)
        {
            var read = await ReadSourceAsync(cancellationToken);
            var more = true;
            if (Length + read.Buffer.Length > _maxLength)
            {
                _source.AdvanceTo(read.Buffer.End);
                throw new BadHttpRequestException("The request body is too large.", StatusCodes.Status413PayloadTooLarge);
            }

            if (!read.Buffer.IsEmpty)
            {
                more = observe(read.Buffer);
                var room = _memoryLimit - _memoryLength;
                if (!more && _file is null && read.Buffer.Length > room)
                {
                    var fitting = read.Buffer.Slice(0, room);
                    await HoldAsync(fitting, cancellationToken);
                    _source.AdvanceTo(fitting.End);
                    return;
                }

                try
                {
                    await HoldAsync(read.Buffer, cancellationToken);
                }
                catch (BodySpoolException)
                {
                    _source.AdvanceTo(read.Buffer.End);
                    throw;
                }
            }

            _source.AdvanceTo(read.Buffer.End);
            IsComplete = read.IsCompleted;
            if (!more)
                return;
        }
    }

    /// <summary>A content that sends what is held, then the rest of the body as it arrives. With a rest it can be sent once only.</summary>
    public HttpContent CreateContent() => new HeldContent(this, []);

    /// <summary>A content that sends what is held with the edits made to it, which are in order and do not overlap. The whole body must be held.</summary>
    /// <exception cref="InvalidOperationException">It is not.</exception>
    public HttpContent CreateContent(IReadOnlyList<BodyEdit> edits) =>
        IsComplete || edits.Count == 0 ? new HeldContent(this, edits) : throw new InvalidOperationException("A body that is not held whole cannot be edited.");

    /// <summary>Reads what is held, from its beginning, into <paramref name="take"/>, piece by piece.</summary>
    public async ValueTask ReadHeldAsync(Action<ReadOnlyMemory<byte>> take, CancellationToken cancellationToken)
    {
        take(Memory);
        if (_file is null)
            return;
        await foreach (var piece in ReadFileAsync(_file, 0, _file.Length, cancellationToken))
            take(piece);
    }

    /// <summary>Ends whatever is still being sent: an answer can be over before the request is.</summary>
    public async ValueTask DisposeAsync()
    {
        bool idle;
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            idle = _sends == 0;
        }

        await _ended.CancelAsync();
        // A send that has yet to notice may still read the bytes: another request must not write its own there.
        if (idle)
            ArrayPool<byte>.Shared.Return(_memory);
        _memory = [];
        _memoryLength = 0;
        if (_file is not null)
            await _file.DisposeAsync();
        _spool.GiveBack(_spooled);
        _ended.Dispose();
    }

    private async ValueTask<ReadResult> ReadSourceAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _source.ReadAsync(cancellationToken);
        }
        // What Kestrel makes of a trailer with a NUL in it, and of a chunk of more bytes than a number holds.
        catch (Exception exception) when (exception is InvalidOperationException or IOException { InnerException: OverflowException })
        {
            throw new BadHttpRequestException("The request body is broken.", exception);
        }
    }

    private ReadOnlyMemory<byte> BeginSend(CancellationToken cancellationToken, out CancellationTokenSource either)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _sends++;
            either = CancellationTokenSource.CreateLinkedTokenSource(_ended.Token, cancellationToken);
            return Memory;
        }
    }

    private void EndSend()
    {
        lock (_gate)
            _sends--;
    }

    private async ValueTask HoldAsync(ReadOnlySequence<byte> bytes, CancellationToken cancellationToken)
    {
        if (_file is null)
        {
            // The beginning is kept in memory however large the piece is that it came in: callers look at it.
            var fits = (int)Math.Min(bytes.Length, _memoryLimit - _memoryLength);
            Grow(_memoryLength + fits);
            bytes.Slice(0, fits).CopyTo(_memory.AsSpan(_memoryLength));
            _memoryLength += fits;
            if (fits == bytes.Length)
                return;
            bytes = bytes.Slice(fits);
        }

        _spool.Take(bytes.Length);
        _spooled += bytes.Length;
        try
        {
            _file ??= _spool.Open();
            foreach (var segment in bytes)
                await _file.WriteAsync(segment, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BodySpoolException("A request body could not be written to its file.", exception);
        }
    }

    private void Grow(int needed)
    {
        if (needed <= _memory.Length)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(Math.Max(needed, _memory.Length * 2), Math.Max(_memoryLimit, needed)));
        _memory.AsSpan(0, _memoryLength).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_memory);
        _memory = larger;
    }

    // One buffer for all pieces: each is valid until the next is asked for.
    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadFileAsync(FileStream file, long from, long to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            while (from < to)
            {
                var read = await RandomAccess.ReadAsync(file.SafeFileHandle, buffer.AsMemory(0, (int)Math.Min(buffer.Length, to - from)), from, cancellationToken);
                if (read == 0)
                    throw new IOException("A held body's file is shorter than what was written to it.");
                yield return buffer.AsMemory(0, read);
                from += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private sealed class HeldContent(HeldBody body, IReadOnlyList<BodyEdit> edits) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context, CancellationToken cancellationToken)
        {
            var memory = body.BeginSend(cancellationToken, out var either);
            try
            {
                long at = 0;
                foreach (var edit in edits)
                {
                    await CopyHeldAsync(memory, at, edit.At, stream, either.Token);
                    await stream.WriteAsync(edit.Insert, either.Token);
                    at = edit.At + edit.Remove;
                }

                await CopyHeldAsync(memory, at, memory.Length + (body._file?.Length ?? 0), stream, either.Token);
                if (!body.IsComplete)
                    await CopyRestAsync(stream, either.Token);
            }
            finally
            {
                body.EndSend();
                either.Dispose();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = body.IsComplete ? body.Length : body._declaredLength ?? -1;
            foreach (var edit in edits)
                length += edit.Insert.Length - edit.Remove;
            return length >= 0;
        }

        private async Task CopyHeldAsync(ReadOnlyMemory<byte> memory, long from, long to, Stream stream, CancellationToken cancellationToken)
        {
            if (from < memory.Length && from < to)
                await stream.WriteAsync(memory[(int)from..(int)Math.Min(to, memory.Length)], cancellationToken);
            if (to <= memory.Length)
                return;
            await foreach (var piece in ReadFileAsync(body._file!, Math.Max(0, from - memory.Length), to - memory.Length, cancellationToken))
                await stream.WriteAsync(piece, cancellationToken);
        }

        private async Task CopyRestAsync(Stream to, CancellationToken cancellationToken)
        {
            if (body._restTaken)
                throw new InvalidOperationException("The rest of a body that is not held can be sent once only.");
            body._restTaken = true;
            while (true)
            {
                var read = await body.ReadSourceAsync(cancellationToken);
                foreach (var segment in read.Buffer)
                    await to.WriteAsync(segment, cancellationToken);
                body._source.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                    return;
                await to.FlushAsync(cancellationToken);
            }
        }
    }
}
