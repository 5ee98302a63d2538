using System.Buffers;

namespace RemoteLlm.Tunnel.Channels;

/// <summary>
/// The bytes of one direction that the peer has not acknowledged yet, by their number in the stream. One thread appends and reads, another
/// releases. Memory is rented in segments as bytes come and given back as they are acknowledged: an idle channel holds none.
/// </summary>
/// <param name="capacity">Most bytes that are kept.</param>
internal sealed class ReplayRing(int capacity)
{
    private const int SegmentSize = 32 * 1024;

    private readonly Lock _gate = new();
    // One more than the bytes fill, because the first and the last may both be filled in part.
    private readonly byte[][] _segments = new byte[(capacity / SegmentSize) + 2][];
    private int _first;
    private int _skipped;
    private long _start;
    private long _end;

    /// <summary>Number of the first byte kept: all before it are acknowledged.</summary>
    public long Start => Volatile.Read(ref _start);

    /// <summary>Number of the byte that is appended next.</summary>
    public long End => Volatile.Read(ref _end);

    /// <summary>Bytes that can be appended now.</summary>
    public int Room => capacity - (int)(End - Start);

    /// <summary>Keeps more bytes; no more than <see cref="Room"/>.</summary>
    public void Append(in ReadOnlySequence<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, Room, nameof(bytes));
        lock (_gate)
        {
            foreach (var piece in bytes)
            {
                for (var rest = piece.Span; !rest.IsEmpty;)
                {
                    var (segment, at) = Place(_end);
                    var target = (_segments[segment] ??= ArrayPool<byte>.Shared.Rent(SegmentSize)).AsSpan(at, SegmentSize - at);
                    var length = Math.Min(rest.Length, target.Length);
                    rest[..length].CopyTo(target);
                    rest = rest[length..];
                    _end += length;
                }
            }
        }
    }

    /// <summary>Copies what is kept from <paramref name="offset"/> on, as far as it goes.</summary>
    /// <returns>How many bytes were copied.</returns>
    public int CopyTo(long offset, Span<byte> to)
    {
        lock (_gate)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(offset, _start);
            var copied = 0;
            while (copied < to.Length && offset < _end)
            {
                var (segment, at) = Place(offset);
                var length = (int)Math.Min(Math.Min(SegmentSize - at, to.Length - copied), _end - offset);
                _segments[segment].AsSpan(at, length).CopyTo(to[copied..]);
                copied += length;
                offset += length;
            }

            return copied;
        }
    }

    /// <summary>Forgets the bytes before <paramref name="offset"/>.</summary>
    public void Release(long offset)
    {
        lock (_gate)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, _end);
            while (_start < offset)
            {
                var length = (int)Math.Min(SegmentSize - _skipped, offset - _start);
                _start += length;
                _skipped += length;
                if (_skipped == SegmentSize || _start == _end)
                    ReturnFirst_NeedsLock();
            }
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => Release(End);

    private void ReturnFirst_NeedsLock()
    {
        ArrayPool<byte>.Shared.Return(_segments[_first]);
        _segments[_first] = null!;
        _first = (_first + 1) % _segments.Length;
        _skipped = 0;
    }

    private (int Segment, int At) Place(long offset)
    {
        var at = _skipped + (offset - _start);
        return ((int)((_first + (at / SegmentSize)) % _segments.Length), (int)(at % SegmentSize));
    }
}
