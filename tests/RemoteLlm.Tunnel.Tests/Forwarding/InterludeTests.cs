using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using RemoteLlm.Testing;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Tunnel.Tests.Forwarding;

public sealed class InterludeTests : IDisposable
{
    private static readonly TimeSpan s_clientWrite = TimeSpan.FromMinutes(2);

    private readonly ManualTime _time = new();
    private readonly CancellationTokenSource _gone = new();
    private readonly ActivityClock _clock;
    // In line: when a write to the source has returned, the copy waits for the next.
    private readonly Pipe _source = new(new PipeOptions(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, useSynchronizationContext: false));
    private readonly Pipe _client = new(new PipeOptions(
        readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 8, resumeWriterThreshold: 4, useSynchronizationContext: false));
    private readonly Observer _observer = new();
    private readonly Interlude _interlude;

    public InterludeTests()
    {
        _clock = new ActivityClock(_time, _gone.Token);
        _interlude = new Interlude(_client.Writer, _clock, s_clientWrite);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _clock.Dispose();
        _gone.Dispose();
    }

    [Fact]
    public async Task A_word_is_put_in_while_the_copy_waits_and_is_no_part_of_the_answer()
    {
        var relaying = RelayAsync();
        await SendAsync("one");
        Assert.Equal("one", await TakeAsync(3));

        await SpeakAsync(":hi").OrHang();

        Assert.Equal(":hi", await TakeAsync(3));
        await SendAsync("two");
        Assert.Equal("two", await TakeAsync(3));
        await _source.Writer.CompleteAsync();
        Assert.True((await relaying.OrHang()).IsDone);
        Assert.Equal(6, _observer.Bytes);
    }

    [Fact]
    public async Task A_word_that_does_not_fit_is_not_said()
    {
        var relaying = RelayAsync();
        await SendAsync("one");
        await TakeAsync(3);

        await SpeakAsync(":hi", fits: false).OrHang();

        await SendAsync("two");
        Assert.Equal("two", await TakeAsync(3));
        await _source.Writer.CompleteAsync();
        await relaying.OrHang();
    }

    [Fact]
    public async Task Nothing_is_said_before_the_copy_or_after_it_or_while_the_client_does_not_take_the_answer()
    {
        await SpeakAsync(":before").OrHang();
        var relaying = RelayAsync();
        await SendAsync("0123456789");
        await _time.UntilArmed();

        await SpeakAsync(":amid").OrHang();

        Assert.Equal("0123456789", await TakeAsync(10));
        await _source.Writer.CompleteAsync();
        await relaying.OrHang();
        await SpeakAsync(":after").OrHang();
        await _client.Writer.CompleteAsync();
        Assert.True((await _client.Reader.ReadAsync(Token)).Buffer.IsEmpty);
    }

    [Fact]
    public async Task A_word_that_may_wait_is_said_at_the_next_wait_and_once()
    {
        await SpeakSoonAsync("(overtaken)").OrHang();
        await SpeakSoonAsync(":hi").OrHang();
        var relaying = RelayAsync();
        Assert.Equal(":hi", await TakeAsync(3));
        await SendAsync("0123456789");
        await _time.UntilArmed();
        await SpeakSoonAsync(":ho").OrHang();

        Assert.Equal("0123456789", await TakeAsync(10));
        Assert.Equal(":ho", await TakeAsync(3));

        await SendAsync("two");
        Assert.Equal("two", await TakeAsync(3));
        await _source.Writer.CompleteAsync();
        Assert.True((await relaying.OrHang()).IsDone);
    }

    [Fact]
    public async Task A_word_that_may_wait_comes_behind_the_one_that_is_being_said()
    {
        var relaying = RelayAsync();
        var speaking = SpeakAsync(":a long word");
        await _time.UntilArmed();

        await SpeakSoonAsync(":hi").OrHang();

        Assert.Equal(":a long word", await TakeAsync(12));
        await speaking.OrHang();
        Assert.Equal(":hi", await TakeAsync(3));
        await _source.Writer.CompleteAsync();
        Assert.True((await relaying.OrHang()).IsDone);
    }

    [Fact]
    public async Task The_copy_lets_the_speaker_finish_and_then_goes_on()
    {
        var relaying = RelayAsync();
        var speaking = SpeakAsync(":a long word");
        await _time.UntilArmed();
        await SendAsync("one");
        Assert.False(speaking.IsCompleted);

        Assert.Equal(":a long word", await TakeAsync(12));

        await speaking.OrHang();
        Assert.Equal("one", await TakeAsync(3));
        await _source.Writer.CompleteAsync();
        Assert.True((await relaying.OrHang()).IsDone);
    }

    [Fact]
    public async Task A_client_that_does_not_take_the_word_is_cut_by_the_clock_for_clients()
    {
        var relaying = RelayAsync();
        var speaking = SpeakAsync(":a long word");
        await _time.UntilArmed();
        await SendAsync("one");

        _time.Advance(s_clientWrite - TimeSpan.FromSeconds(1));
        Assert.False(relaying.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));

        var outcome = await relaying.OrHang();
        Assert.Equal((ForwardStage.Body, ForwardSide.Client), (outcome.Stage, outcome.Side));
        await speaking.OrHang();
    }

    [Fact]
    public async Task A_client_that_has_left_is_noticed_by_the_word()
    {
        var relaying = RelayAsync();
        await _client.Reader.CompleteAsync();

        await SpeakAsync(":hi").OrHang();

        Assert.Equal(ForwardSide.Client, (await relaying.OrHang()).Side);
    }

    [Fact]
    public async Task A_source_that_breaks_off_while_somebody_speaks_is_still_the_sources_fault()
    {
        var relaying = RelayAsync();
        var speaking = SpeakAsync(":a long word");
        await _source.Writer.CompleteAsync(new IOException("reset"));
        Assert.False(relaying.IsCompleted);

        await TakeAsync(12);

        Assert.Equal(ForwardSide.Upstream, (await relaying.OrHang()).Side);
        await speaking.OrHang();
    }

    [Fact]
    public async Task Words_stand_between_pieces_whoever_speaks_when()
    {
        const int Pieces = 1000;
        var relaying = RelayAsync();
        await SpeakAsync("(:-)").OrHang();
        using var enough = new CancellationTokenSource();
        var speakers = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
            {
                await SpeakAsync("(:-)");
                // On a machine with one core the others want a turn too.
                await Task.Yield();
            }
        }, Token)).ToArray();

        var sending = Task.Run(async () =>
        {
            for (var piece = 0; piece < Pieces; piece++)
            {
                await SendAsync($"<{piece:D6}>");
                // The source is slower than the copy: each piece is waited for.
                await _observer.Until((piece + 1) * 8);
            }

            await _source.Writer.CompleteAsync();
        }, Token);
        var received = new StringBuilder();
        var taking = Task.Run(async () =>
        {
            while (await _client.Reader.ReadAsync(Token) is { IsCompleted: false } read)
            {
                received.Append(Encoding.ASCII.GetString(read.Buffer.ToArray()));
                _client.Reader.AdvanceTo(read.Buffer.End);
            }
        }, Token);

        await sending.OrHang();
        Assert.True((await relaying.OrHang()).IsDone);
        await enough.CancelAsync();
        await Task.WhenAll(speakers).OrHang();
        await _client.Writer.CompleteAsync();
        await taking.OrHang();
        Assert.Contains("(:-)", received.ToString(), StringComparison.Ordinal);
        Assert.Equal(string.Concat(Enumerable.Range(0, Pieces).Select(piece => $"<{piece:D6}>")), received.Replace("(:-)", "").ToString());
    }

    private Task<ForwardOutcome> RelayAsync() => BodyRelay.CopyAsync(
        _source.Reader.AsStream(), _client.Writer, _observer, _clock, TimeSpan.Zero, TimeSpan.Zero, s_clientWrite, headersAtOnce: true, _interlude).AsTask();

    private Task SpeakAsync(string words, bool fits = true) => _interlude.SpeakAsync(() => fits ? Encoding.ASCII.GetBytes(words) : default(ReadOnlyMemory<byte>)).AsTask();

    private Task SpeakSoonAsync(string words) => _interlude.SpeakSoonAsync(() => Encoding.ASCII.GetBytes(words)).AsTask();

    private async Task SendAsync(string text) => await _source.Writer.WriteAsync(Encoding.ASCII.GetBytes(text), Token);

    private async Task<string> TakeAsync(int count)
    {
        var read = await _client.Reader.ReadAtLeastAsync(count, Token).OrHang();
        var text = Encoding.ASCII.GetString(read.Buffer.ToArray());
        _client.Reader.AdvanceTo(read.Buffer.End);
        return text;
    }

    private sealed class Observer : IBodyObserver
    {
        private readonly Lock _gate = new();
        private (int Bytes, TaskCompletionSource Reached)? _wanted;

        public int Bytes { get; private set; }

        public void OnBytes(ReadOnlySpan<byte> bytes)
        {
            lock (_gate)
            {
                Bytes += bytes.Length;
                if (_wanted is { } wanted && Bytes >= wanted.Bytes)
                    wanted.Reached.TrySetResult();
            }
        }

        public Task Until(int bytes)
        {
            lock (_gate)
            {
                if (Bytes >= bytes)
                    return Task.CompletedTask;
                _wanted = (bytes, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
                return _wanted.Value.Reached.Task;
            }
        }
    }
}
