using System.Net.Sockets;

namespace RemoteLlm.EndToEnd.Tests.Fuzz;

/// <summary>Sends drawn requests over raw connections, several at once behind one another, and brings each answer to its request.</summary>
/// <param name="broker">Where to.</param>
/// <param name="check">Called for each answer.</param>
/// <param name="note">Called for each request that had none, or none that is HTTP.</param>
internal sealed class FuzzClient(Uri broker, Action<FuzzRequest, Answer> check, Action<FuzzRequest, string> note)
{
    // Small enough that neither side has to read before the other has sent all.
    private const int MaxPipelined = 8;

    // The next connection carries one request: what was behind it on the last one may have cost it its answer.
    private bool _alone;

    /// <summary>Sends all of them, in order, on as many connections as it takes.</summary>
    public async Task Send(IEnumerable<FuzzRequest> requests)
    {
        var waiting = new Queue<FuzzRequest>();
        using var source = requests.GetEnumerator();
        while (Refill() || waiting.Count > 0)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(broker.Host, broker.Port, TestContext.Current.CancellationToken).OrHang();
            await UseConnection(socket, waiting, Refill);
        }

        bool Refill()
        {
            var more = false;
            while (waiting.Count < MaxPipelined && waiting.LastOrDefault()?.End is null or FuzzEnd.Whole && source.MoveNext())
            {
                waiting.Enqueue(source.Current);
                more = true;
            }

            return more;
        }
    }

    private async Task UseConnection(Socket socket, Queue<FuzzRequest> waiting, Func<bool> refill)
    {
        var reader = new AnswerReader(socket);
        FuzzRequest? before = null;
        while (refill() || waiting.Count > 0)
        {
            var sent = _alone ? 1 : waiting.Count;
            await SendBytes(socket, waiting.Take(sent).SelectMany(request => request.Bytes).ToArray());
            while (sent-- > 0 && waiting.TryPeek(out var request))
            {
                if (request.End == FuzzEnd.Cut)
                {
                    await Leave(socket, reader, waiting.Dequeue());
                    return;
                }

                var answer = await Next(reader, request, before, lonely: sent == 0);
                if (answer is null && reader.WasReset && sent > 0)
                {
                    _alone = true;
                    return;
                }

                _alone = false;
                waiting.Dequeue();
                if (answer is null)
                    return;
                check(request, answer);
                before = request;
                if (request.End == FuzzEnd.Doubtful)
                {
                    await Leave(socket, reader, request);
                    return;
                }

                if (answer.Closes)
                    return;
            }
        }
    }

    private async Task Leave(Socket socket, AnswerReader reader, FuzzRequest request)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // It was quicker.
        }

        try
        {
            foreach (var answer in await reader.Rest().OrHang("the end of the connection"))
                check(request, answer);
        }
        catch (Exception wrong) when (wrong is InvalidDataException or TimeoutException)
        {
            note(request, wrong.Message);
        }
    }

    private async Task<Answer?> Next(AnswerReader reader, FuzzRequest request, FuzzRequest? before, bool lonely)
    {
        try
        {
            if (await reader.Next(request.IsHead).OrHang("an answer") is { } answer)
                return answer;
            // Above the server's own limit it does not read to the end, and a reset may overtake its answer.
            if ((lonely || !reader.WasReset) && !(reader.WasReset && request.Bytes.Length > 32 * 1024))
                note(request, $"the connection ended without an answer, behind seed {before?.Seed}");
        }
        catch (TimeoutException) when (request.End == FuzzEnd.Doubtful)
        {
            // Where its end is anybody's guess, the server may wait for more of it: until its patience is over, which is as long as ours.
        }
        catch (Exception wrong) when (wrong is InvalidDataException or TimeoutException)
        {
            note(request, wrong.Message);
        }

        return null;
    }

    private static async Task SendBytes(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
                bytes = bytes[await socket.SendAsync(bytes, TestContext.Current.CancellationToken).OrHang("a request to be taken")..];
        }
        catch (SocketException)
        {
            // It was refused before all of it was read: the answer says so.
        }
    }
}
