using System.Diagnostics;
using System.Text;
using RemoteLlm.Benchmarks.FakeLlm;

namespace RemoteLlm.Benchmarks.Load;

/// <summary>Watches the events of one stream at a time: counts chunks, notes whether the stream ended as it should, and takes times where asked.</summary>
/// <param name="figures">Where they are counted.</param>
/// <param name="isStream">Whether the answer is one of events.</param>
/// <param name="paced">Whether times are of interest.</param>
/// <param name="chunkCame">Is told the moment at which each chunk came.</param>
internal sealed class StreamReading(CallerFigures figures, bool isStream, bool paced, Action<long>? chunkCame = null)
{
    private readonly byte[] _partial = new byte[4 * 1024];
    private int _partialLength;
    private long _requestedAt;
    private long _previousAt;
    private long _previousSentAt;
    private long _now;

    /// <summary>Bytes of the answer.</summary>
    public long Bytes { get; private set; }

    /// <summary>Chunks of this answer that came in order, from the first; what follows a wrong one does not count.</summary>
    public int Chunks { get; private set; }

    /// <summary>The closing event came, and nothing after it.</summary>
    public bool IsDone { get; private set; }

    /// <summary>An event told of a failure.</summary>
    public bool SaidError { get; private set; }

    /// <summary>Since <see cref="BeginRequest"/>.</summary>
    public long Elapsed => Stopwatch.GetTimestamp() - _requestedAt;

    /// <summary>What stands after the last event; of an answer that is no stream, its beginning.</summary>
    public string Remainder => Encoding.UTF8.GetString(_partial, 0, _partialLength);

    /// <summary>Forgets the last answer; the next one is being asked for now.</summary>
    public void BeginRequest()
    {
        Bytes = 0;
        Chunks = 0;
        IsDone = false;
        SaidError = false;
        _partialLength = 0;
        _requestedAt = Stopwatch.GetTimestamp();
    }

    /// <summary>Takes the time of arrival of what <see cref="Append"/> is given next.</summary>
    public void BeginRead() => _now = Stopwatch.GetTimestamp();

    /// <summary>Looks at a piece of the body, which may begin and end anywhere.</summary>
    public void Append(ReadOnlySpan<byte> piece)
    {
        if (Bytes == 0)
            figures.FirstToken(_now - _requestedAt);
        Bytes += piece.Length;
        figures.CountBytes(piece.Length);
        if (!isStream)
        {
            Keep(piece[..Math.Min(piece.Length, _partial.Length - _partialLength)]);
            return;
        }

        if (_partialLength > 0)
            piece = piece[CompletePartial(piece)..];
        while (!piece.IsEmpty)
        {
            var boundary = piece.IndexOf("\n\n"u8);
            if (boundary < 0)
            {
                Keep(piece);
                return;
            }

            Observe(piece[..(boundary + 2)]);
            piece = piece[(boundary + 2)..];
        }
    }

    /// <returns>How many bytes of the piece belong to the event that an earlier piece began.</returns>
    private int CompletePartial(ReadOnlySpan<byte> piece)
    {
        var endsHere = _partial[_partialLength - 1] == '\n' && piece[0] == '\n';
        var boundary = endsHere ? -1 : piece.IndexOf("\n\n"u8);
        if (!endsHere && boundary < 0)
        {
            Keep(piece);
            return piece.Length;
        }

        var length = boundary + 2;
        Keep(piece[..length]);
        Observe(_partial.AsSpan(0, _partialLength));
        _partialLength = 0;
        return length;
    }

    private void Keep(ReadOnlySpan<byte> piece)
    {
        if (_partialLength + piece.Length > _partial.Length)
            throw new InvalidDataException("An event without an end.");
        piece.CopyTo(_partial.AsSpan(_partialLength));
        _partialLength += piece.Length;
    }

    private void Observe(ReadOnlySpan<byte> sseEvent)
    {
        if (ChatChunk.IsChunk(sseEvent))
        {
            if (paced)
                Time(ChatChunk.SentAt(sseEvent));
            if (ChatChunk.NumberOf(sseEvent) == Chunks)
                Chunks++;
            figures.CountChunk();
            chunkCame?.Invoke(_now);
            IsDone = false;
        }
        else
        {
            IsDone = sseEvent.SequenceEqual(ChatChunk.Done);
            SaidError |= sseEvent.IndexOf("\"error\""u8) >= 0;
        }
    }

    private void Time(long sentAt)
    {
        if (Chunks > 0)
            figures.Chunk(oneWay: _now - sentAt, gap: _now - _previousAt, addedGap: Math.Max(0, _now - _previousAt - (sentAt - _previousSentAt)));
        _previousAt = _now;
        _previousSentAt = sentAt;
    }
}
