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
    private TimeSpan _silence;
    private TaskCompletionSource? _givenBack;

    /// <summary>True when the client was lost, or was too slow, while it was spoken to.</summary>
    public bool ClientFailed { get; private set; }

    /// <summary>Writes and flushes some words if whoever relays waits now; otherwise does nothing. Never throws.</summary>
    /// <param name="words">Asked when nobody else can write: what to say where the answer stands now; empty for nothing.</param>
    public async ValueTask SpeakAsync(Func<ReadOnlyMemory<byte>> words)
    {
        if (Interlocked.CompareExchange(ref _state, Taken, Open) != Open)
            return;
        try
        {
            if (words() is { IsEmpty: false } fitting)
                await WriteAsync(fitting);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException or ArgumentOutOfRangeException)
        {
            ClientFailed = true;
        }
        finally
        {
            if (ClientFailed)
                clock.Abandon();
            GiveBack();
        }
    }

    /// <summary>Whoever relays begins to wait.</summary>
    /// <param name="silence">The clock that runs meanwhile.</param>
    public void Begin(TimeSpan silence)
    {
        _silence = silence;
        Volatile.Write(ref _state, Open);
    }

    /// <summary>Whoever relays goes on: at once, or when who is speaking has finished.</summary>
    public ValueTask EndAsync() => Interlocked.CompareExchange(ref _state, Closed, Open) is Open or Closed ? ValueTask.CompletedTask : AwaitSpeakerAsync();

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> words)
    {
        client.Write(words.Span);
        var flush = client.FlushAsync(clock.Token);
        var slow = !flush.IsCompleted;
        if (slow)
            clock.Allow(clientWrite);
        ClientFailed = (await flush).IsCompleted;
        if (slow)
            clock.Allow(_silence);
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
