using System.Buffers;
using System.IO.Pipelines;

namespace RemoteLlm.Tunnel.Forwarding;

/// <summary>The copy loop: verbatim, flushed whenever the next read would have to wait, so that no token sits here.</summary>
public static class BodyRelay
{
    private const int BufferSize = 16 * 1024;

    // Reads that never wait must not pile up: a fast source is flushed at this many bytes, and waits for a slow client there.
    private const int FlushAt = 64 * 1024;

    /// <summary>Copies <paramref name="source"/> to <paramref name="client"/> to its end.</summary>
    /// <param name="source">The answer's body.</param>
    /// <param name="client">The client's body.</param>
    /// <param name="observer">Sees every byte; may be null.</param>
    /// <param name="clock">Cancels the copy.</param>
    /// <param name="firstByte">Longest silence of the source before its first byte; zero is no limit.</param>
    /// <param name="betweenBytes">Longest silence of the source after that; zero is no limit.</param>
    /// <param name="clientWrite">Longest time in which the client takes nothing at all; zero is no limit.</param>
    /// <param name="headersAtOnce">Headers go out before the first byte is there: right for a stream. Otherwise they travel with it.</param>
    /// <param name="interlude">Lets somebody else speak to the client while this waits for the source; null where nobody does. Closed for good at the end.</param>
    /// <param name="filter">Decides what goes on to the client; null for everything.</param>
    /// <returns>Done, or whose fault it was. Does not throw for failures of either side.</returns>
    public static async ValueTask<ForwardOutcome> CopyAsync(
        Stream source, PipeWriter client, IBodyObserver? observer, ActivityClock clock, TimeSpan firstByte, TimeSpan betweenBytes, TimeSpan clientWrite, bool headersAtOnce, Interlude? interlude = null, IBodyFilter? filter = null)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        var reading = default(ValueTask<int>);
        var waiting = false;
        var writing = false;
        var unflushed = 0;
        var silence = firstByte;
        var flushNeeded = headersAtOnce;
        try
        {
            while (true)
            {
                reading = source.ReadAsync(buffer, clock.Token);
                waiting = true;
                if (flushNeeded && (!reading.IsCompleted || unflushed >= FlushAt))
                {
                    writing = true;
                    if ((await FlushAsync(client, clock, clientWrite)).IsCompleted)
                        return new ForwardOutcome(ForwardStage.Body, ForwardSide.Client, null);
                    writing = false;
                    flushNeeded = false;
                    unflushed = 0;
                }

                if (reading.IsCompleted)
                {
                    // Whatever clock still runs belongs to a wait that is over.
                    clock.Allow(TimeSpan.Zero);
                }
                else
                {
                    clock.Allow(silence);
                    interlude?.Begin();
                }

                waiting = false;
                var read = await reading;
                if (interlude is not null)
                {
                    await interlude.EndAsync();
                    if (interlude.ClientFailed)
                        return new ForwardOutcome(ForwardStage.Body, ForwardSide.Client, null);
                }

                if (read == 0)
                {
                    filter?.Finish(client);
                    unflushed += filter is null ? 0 : 1;
                    // Where the last bytes and the end came at once. Kestrel does not flush the rest of an answer with a length by itself.
                    writing = true;
                    return unflushed > 0 && (await FlushAsync(client, clock, clientWrite)).IsCompleted
                        ? new ForwardOutcome(ForwardStage.Body, ForwardSide.Client, null)
                        : ForwardOutcome.Done;
                }

                silence = betweenBytes;
                observer?.OnBytes(buffer.AsSpan(0, read));
                if (filter is null)
                    client.Write(buffer.AsSpan(0, read));
                else
                    filter.Filter(buffer.AsSpan(0, read), client);
                unflushed += read;
                flushNeeded = true;
            }
        }
        // Out of range: Kestrel lends no memory to write to for an answer whose HTTP/2 stream was reset this moment.
        catch (Exception exception) when (exception is IOException or HttpRequestException or OperationCanceledException or ObjectDisposedException or InvalidOperationException or ArgumentOutOfRangeException)
        {
            if (interlude is not null)
                await interlude.EndAsync();
            return new ForwardOutcome(ForwardStage.Body, Side(clock, writing || exception is ArgumentOutOfRangeException || interlude is { ClientFailed: true }), exception);
        }
        finally
        {
            if (waiting)
                await AbandonAsync(source, reading, clock);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static ValueTask<FlushResult> FlushAsync(PipeWriter client, ActivityClock clock, TimeSpan clientWrite)
    {
        var flush = client.FlushAsync(clock.Token);
        if (!flush.IsCompleted)
            clock.Allow(clientWrite);
        return flush;
    }

    private static ForwardSide Side(ActivityClock clock, bool writing) =>
        writing && !clock.Withdrawn ? ForwardSide.Client : clock.Side;

    // The buffer may go back to the pool only when nobody can write to it any more.
    private static async ValueTask AbandonAsync(Stream source, ValueTask<int> reading, ActivityClock clock)
    {
        clock.Abandon();
        await source.DisposeAsync();
        try
        {
            await reading;
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The read was abandoned: its failure is the consequence, not the cause.
        }
    }
}
