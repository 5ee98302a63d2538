using System.Net.Sockets;
using System.Threading.Channels;

namespace RemoteLlm.Testing.Faults;

/// <summary>
/// One direction of one connection. What is read leaves at the line's pace, is on its way for the line's delay, and is then written. So a delay
/// costs no rate, a slow line holds its bytes back in the sender, and a receiver that does not read stops both.
/// </summary>
internal sealed class LinePump(Socket from, Socket to, LineDirection direction, LineClock clock)
{
    private const int ReadSize = 16 * 1024;

    /// <summary>With <see cref="ReadSize"/> at most 32 MiB, and 650 MB a second at a delay of 50 ms; when it is full the sender is not read.</summary>
    private const int MaxPiecesOnTheWay = 2048;

    private readonly Channel<Piece> _onTheWay = Channel.CreateBounded<Piece>(new BoundedChannelOptions(MaxPiecesOnTheWay) { SingleReader = true });
    private volatile bool _finishing;
    private volatile bool _reading = true;

    /// <summary>Whether it will still see, and pass on, that its source breaks off.</summary>
    public bool Reading => _reading;

    /// <summary>Ends what the receiver gets with what was read until now. Whatever else the sender says is read and thrown away.</summary>
    public void Finish(CancellationToken over)
    {
        if (_finishing)
            return;
        _finishing = true;
        _ = PutEnd(PieceKind.Finish, over);
    }

    /// <summary>Reads until the source ends or breaks off.</summary>
    public async Task Read(CancellationToken over)
    {
        var end = PieceKind.Finish;
        try
        {
            await ReadToEnd(over);
        }
        catch (SocketException)
        {
            end = PieceKind.Reset;
        }

        if (end == PieceKind.Finish)
            _reading = false;
        if (end == PieceKind.Reset || !_finishing)
            await PutEnd(end, over);
    }

    /// <summary>Delivers until the end. Returns false if the end was a reset.</summary>
    public async Task<bool> Write(CancellationToken over)
    {
        await foreach (var piece in _onTheWay.Reader.ReadAllAsync(over))
        {
            await clock.Until(piece.Due, over);
            await direction.Open(over);
            if (piece.Kind == PieceKind.Reset)
                return false;
            if (piece.Kind == PieceKind.Finish)
            {
                to.Shutdown(SocketShutdown.Send);
                return true;
            }

            await Deliver(piece, over);
        }

        return true;
    }

    private async Task ReadToEnd(CancellationToken over)
    {
        var buffer = new byte[ReadSize];
        var left = clock.Now;
        while (true)
        {
            await direction.Open(over);
            var receiving = from.ReceiveAsync(buffer, over);
            var waited = receiving.IsCompleted;
            if (await receiving is not (var read and > 0))
                return;
            if (!_finishing)
                left = await Put(buffer.AsMemory(0, read), since: waited ? left : clock.Now, over);
        }
    }

    /// <summary>Sends bytes on their way at the line's pace. Returns when the last has left.</summary>
    private async Task<long> Put(ReadOnlyMemory<byte> bytes, long since, CancellationToken over)
    {
        while (!bytes.IsEmpty)
        {
            var length = direction.PieceOf(bytes.Length);
            since = direction.Book(length, since);
            await _onTheWay.Writer.WriteAsync(Piece.Copy(bytes.Span[..length], direction.ArrivalOf(since)), over);
            await clock.UntilAbout(since, over);
            bytes = bytes[length..];
        }

        return since;
    }

    private async Task PutEnd(PieceKind kind, CancellationToken over)
    {
        try
        {
            await _onTheWay.Writer.WriteAsync(Piece.End(kind, direction.ArrivalOf(clock.Now)), over);
        }
        catch (OperationCanceledException)
        {
            // The connection has been cut meanwhile.
        }
    }

    private async Task Deliver(Piece piece, CancellationToken over)
    {
        var allowed = direction.Admit(piece.Rented.AsSpan(0, piece.Length), out var thenCut);
        for (var rest = piece.Rented.AsMemory(0, allowed); !rest.IsEmpty;)
        {
            var sent = await to.SendAsync(rest[..direction.FragmentOf(rest.Length)], over);
            direction.Delivered(sent);
            rest = rest[sent..];
        }

        piece.Return();
        if (thenCut)
            direction.Cut();
    }
}
