using System.Buffers;
using System.IO.Pipelines;

namespace RemoteLlm.Tunnel.Forwarding;

/// <summary>
/// The time in which <see cref="BodyRelay"/>, or whoever waits for an answer to relay, waits for its source and has flushed everything: only then may somebody
/// else put a word in towards the client. A wait costs the copy loop two interlocked operations and no allocation; only where it has to wait for a speaker it makes an object.
/// </summary>
/// <param name="client">The client's body.</param>
/// <param name="clock">The clock of the copy: a client that does not take the word is cut like one that does not take the answer.</param>
/// <param name="clientWrite">Longest time in which the client takes nothing at all; zero is no limit.</param>
public sealed class Interlude(PipeWriter client, ActivityClock clock, TimeSpan clientWrite)
{
    private const int Closed = 0;
    private const int Open = 1;
    private const int Taken = 2;
    private const int Wanted = 3;

    private int _state;
    private TaskCompletionSource? _givenBack;
    private Func<ReadOnlyMemory<byte>>? _owed;

    /// <summary>True when the client was lost, or was too slow, while it was spoken to.</summary>
    public bool ClientFailed { get; private set; }

    /// <summary>Writes and flushes some words if whoever relays waits now; otherwise does nothing. Never throws.</summary>
    /// <param name="words">Asked when nobody else can write: what to say where the answer stands now; empty for nothing.</param>
    public async ValueTask SpeakAsync(Func<ReadOnlyMemory<byte>> words)
    {
        if (Interlocked.CompareExchange(ref _state, Taken, Open) != Open)
            return;
        await SayAsync(words);
        await SayOwedAsync();
    }

    /// <summary>The same, but where there is no time now the words are asked for as soon as there is: at the next wait, if one comes. Of several only the last.</summary>
    /// <param name="words">Asked when nobody else can write: what to say where the answer stands then; empty for nothing.</param>
    public ValueTask SpeakSoonAsync(Func<ReadOnlyMemory<byte>> words)
    {
        Volatile.Write(ref _owed, words);
        return SayOwedAsync();
    }

    /// <summary>Whoever relays begins to wait.</summary>
    public void Begin()
    {
        // A fence, not just a write: whoever wants to speak leaves the words and then looks here, and here it is the other way round.
        Interlocked.Exchange(ref _state, Open);
        if (Volatile.Read(ref _owed) is not null)
            _ = SayOwedAsync().AsTask();
    }

    /// <summary>Whoever relays goes on: at once, or when who is speaking has finished.</summary>
    public ValueTask EndAsync() => Interlocked.CompareExchange(ref _state, Closed, Open) is Open or Closed ? ValueTask.CompletedTask : AwaitSpeakerAsync();

    private async ValueTask SayOwedAsync()
    {
        while (Volatile.Read(ref _owed) is not null && !ClientFailed && Interlocked.CompareExchange(ref _state, Taken, Open) == Open)
            await SayAsync(Interlocked.Exchange(ref _owed, null));
    }

    private async ValueTask SayAsync(Func<ReadOnlyMemory<byte>>? words)
    {
        try
        {
            if (words?.Invoke() is { IsEmpty: false } fitting)
                await WriteAsync(fitting);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException or ArgumentOutOfRangeException)
        {
            // What was begun is flushed with what ends the answer.
            ClientFailed = !(clock.Withdrawn && exception is OperationCanceledException);
        }
        finally
        {
            if (ClientFailed)
                clock.Abandon();
            GiveBack();
        }
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> words)
    {
        // The wait is over already, and not by the client's fault.
        if (clock.Token.IsCancellationRequested)
            return;
        client.Write(words.Span);
        var flush = client.FlushAsync(clock.Token);
        if (flush.IsCompleted)
        {
            ClientFailed = (await flush).IsCompleted;
            return;
        }

        // The other side is as silent while the client takes its time: its clock does not begin anew.
        var rest = clock.Interrupt();
        clock.Allow(clientWrite);
        ClientFailed = (await flush).IsCompleted;
        clock.Resume(rest);
    }

    private async ValueTask AwaitSpeakerAsync()
    {
        var givenBack = _givenBack = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        while (true)
        {
            switch (Interlocked.CompareExchange(ref _state, Wanted, Taken))
            {
                case Taken:
                    await givenBack.Task;
                    return;
                // It finished just now; the next one may begin in between.
                default:
                    if (Interlocked.CompareExchange(ref _state, Closed, Open) == Open)
                        return;
                    break;
            }
        }
    }

    private void GiveBack()
    {
        if (Interlocked.CompareExchange(ref _state, Open, Taken) == Taken)
            return;
        Volatile.Write(ref _state, Closed);
        _givenBack!.SetResult();
    }
}
