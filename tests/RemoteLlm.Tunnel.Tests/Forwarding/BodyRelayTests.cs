using System.IO.Pipelines;
using RemoteLlm.Testing;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Tunnel.Tests.Forwarding;

public sealed class BodyRelayTests : IDisposable
{
    private static readonly TimeSpan s_firstByte = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan s_betweenBytes = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_clientWrite = TimeSpan.FromMinutes(2);

    private readonly ManualTime _time = new();
    private readonly CancellationTokenSource _gone = new();
    private readonly ActivityClock _clock;
    private readonly Pipe _source = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly Pipe _client = new(new PipeOptions(pauseWriterThreshold: 64 * 1024, resumeWriterThreshold: 32 * 1024));
    private readonly Observer _observer = new();

    public BodyRelayTests() => _clock = new ActivityClock(_time, _gone.Token);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _clock.Dispose();
        _gone.Dispose();
    }

    [Fact]
    public async Task Each_piece_reaches_the_client_before_the_next_one_is_there()
    {
        var relaying = RelayAsync();

        for (var token = 0; token < 100; token++)
        {
            await _source.Writer.WriteAsync(BitConverter.GetBytes(token), Token);
            Assert.Equal(BitConverter.GetBytes(token), await TakeAsync(4));
        }

        await _source.Writer.CompleteAsync();
        Assert.Equal(ForwardOutcome.Done, await relaying.OrHang());
        Assert.Equal(400, _observer.Bytes);
    }

    [Fact]
    public async Task Headers_of_a_stream_go_out_before_its_first_byte()
    {
        var client = new CountingWriter(_client.Writer);

        var relaying = RelayAsync(client, headersAtOnce: true);

        Assert.Equal(1, client.Flushes);
        await _source.Writer.CompleteAsync();
        await relaying.OrHang();
    }

    [Fact]
    public async Task Headers_of_another_answer_travel_with_its_body()
    {
        var client = new CountingWriter(_client.Writer);

        var relaying = RelayAsync(client, headersAtOnce: false);
        Assert.Equal(0, client.Flushes);
        await _source.Writer.CompleteAsync();

        Assert.True((await relaying.OrHang()).IsDone);
    }

    [Fact]
    public async Task What_comes_together_with_the_end_reaches_the_client()
    {
        using var source = new SteadyStream(reads: 1, () => { });

        var outcome = await BodyRelay.CopyAsync(source, _client.Writer, null, _clock, s_firstByte, s_betweenBytes, s_clientWrite, headersAtOnce: false).OrHang();

        Assert.True(outcome.IsDone);
        Assert.Equal(16 * 1024, (await TakeAsync(16 * 1024)).Length);
    }

    [Fact]
    public async Task A_source_that_never_waits_is_flushed_every_64_KiB_and_waits_for_the_client()
    {
        var client = new CountingWriter(_client.Writer);
        using var endless = new EndlessStream();

        var relaying = BodyRelay.CopyAsync(endless, client, null, _clock, s_firstByte, s_betweenBytes, s_clientWrite, headersAtOnce: true).AsTask();

        Assert.False(relaying.IsCompleted);
        Assert.InRange(client.MostUnflushed, 1, 64 * 1024 + 16 * 1024);
        await _gone.CancelAsync();
        Assert.Equal(ForwardSide.Client, (await relaying.OrHang()).Side);
    }

    [Theory]
    [InlineData(false, 30)]
    [InlineData(true, 5)]
    public async Task A_silent_source_is_cut_by_the_clock_of_its_phase(bool spokeOnce, int minutes)
    {
        var relaying = RelayAsync();
        if (spokeOnce)
        {
            await _source.Writer.WriteAsync("x"u8.ToArray(), Token);
            await TakeAsync(1);
        }

        await _time.UntilArmed();
        _time.Advance(TimeSpan.FromMinutes(minutes) - TimeSpan.FromSeconds(1));
        Assert.False(relaying.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));

        var outcome = await relaying.OrHang();
        Assert.Equal((ForwardStage.Body, ForwardSide.UpstreamSilent), (outcome.Stage, outcome.Side));
    }

    [Fact]
    public async Task A_client_that_takes_nothing_is_the_clients_fault()
    {
        await _source.Writer.WriteAsync(new byte[200_000], Token);

        var relaying = RelayAsync();
        await _time.UntilArmed();
        _time.Advance(s_clientWrite);

        var outcome = await relaying.OrHang();
        Assert.Equal((ForwardStage.Body, ForwardSide.Client), (outcome.Stage, outcome.Side));
    }

    [Fact]
    public async Task The_clock_of_a_client_that_was_slow_once_does_not_run_on()
    {
        const int Piece = 16 * 1024;
        var armed = new List<int>();
        // Never waits; the fifth read finds 64 KiB that have to be flushed, which the client is slow to take.
        using var source = new SteadyStream(reads: 6, () => armed.Add(_time.ArmedTimers));

        var relaying = BodyRelay.CopyAsync(source, _client.Writer, null, _clock, s_firstByte, s_betweenBytes, s_clientWrite, headersAtOnce: false).AsTask();
        await _time.UntilArmed();
        await TakeAsync(4 * Piece);
        await TakeAsync(2 * Piece);

        Assert.True((await relaying.OrHang()).IsDone);
        Assert.Equal([0, 0, 0, 0, 0, 0, 0], armed);
    }

    [Fact]
    public async Task A_client_that_leaves_ends_the_copy()
    {
        var relaying = RelayAsync();
        await _source.Writer.WriteAsync("x"u8.ToArray(), Token);
        await TakeAsync(1);

        await _gone.CancelAsync();

        Assert.Equal((ForwardStage.Body, ForwardSide.Client), (await relaying.OrHang()) is var outcome ? (outcome.Stage, outcome.Side) : default);
    }

    [Fact]
    public async Task A_client_that_wants_no_more_ends_the_copy()
    {
        var relaying = RelayAsync();
        await _client.Reader.CompleteAsync();

        await _source.Writer.WriteAsync("x"u8.ToArray(), Token);

        Assert.Equal(ForwardSide.Client, (await relaying.OrHang()).Side);
    }

    [Fact]
    public async Task A_source_that_breaks_off_is_the_sources_fault()
    {
        var relaying = RelayAsync();
        await _source.Writer.WriteAsync("half"u8.ToArray(), Token);
        await TakeAsync(4);

        await _source.Writer.CompleteAsync(new IOException("reset"));

        var outcome = await relaying.OrHang();
        Assert.Equal((ForwardStage.Body, ForwardSide.Upstream), (outcome.Stage, outcome.Side));
        Assert.Equal("reset", outcome.Exception?.Message);
    }

    [Fact]
    public async Task The_copy_ends_only_when_nobody_can_write_to_its_buffer_any_more()
    {
        using var slow = new UnhurriedStream();
        var relaying = BodyRelay.CopyAsync(slow, _client.Writer, null, _clock, default, default, default, headersAtOnce: true).AsTask();
        await slow.Reading.OrHang();

        await _client.Reader.CompleteAsync();
        await _gone.CancelAsync();
        Assert.False(relaying.IsCompleted);
        slow.Finish();

        Assert.Equal(ForwardSide.Client, (await relaying.OrHang()).Side);
    }

    private Task<ForwardOutcome> RelayAsync(PipeWriter? client = null, bool headersAtOnce = false) =>
        BodyRelay.CopyAsync(_source.Reader.AsStream(), client ?? _client.Writer, _observer, _clock, s_firstByte, s_betweenBytes, s_clientWrite, headersAtOnce).AsTask();

    private async Task<byte[]> TakeAsync(int count)
    {
        var read = await _client.Reader.ReadAtLeastAsync(count, Token).OrHang();
        var bytes = System.Buffers.BuffersExtensions.ToArray(read.Buffer);
        _client.Reader.AdvanceTo(read.Buffer.End);
        return bytes;
    }

    private sealed class Observer : IBodyObserver
    {
        public int Bytes { get; private set; }

        public void OnBytes(ReadOnlySpan<byte> bytes) => Bytes += bytes.Length;
    }

    private sealed class CountingWriter(PipeWriter inner) : PipeWriter
    {
        private int _unflushed;

        public int Flushes { get; private set; }

        public int MostUnflushed { get; private set; }

        public override void Advance(int bytes)
        {
            _unflushed += bytes;
            MostUnflushed = Math.Max(MostUnflushed, _unflushed);
            inner.Advance(bytes);
        }

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            Flushes++;
            _unflushed = 0;
            return inner.FlushAsync(cancellationToken);
        }

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);
    }

    private sealed class EndlessStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(buffer.Length);
    }

    /// <summary>Gives what is wanted at once, so many times.</summary>
    private sealed class SteadyStream(int reads, Action onRead) : MemoryStream
    {
        private int _left = reads;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            onRead();
            return ValueTask.FromResult(_left-- > 0 ? buffer.Length : 0);
        }
    }

    /// <summary>A read that neither cancellation nor disposal hurries.</summary>
    private sealed class UnhurriedStream : MemoryStream
    {
        private readonly TaskCompletionSource _reading = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource<int> _read = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reading => _reading.Task;

        public void Finish() => _read.SetResult(1);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _reading.TrySetResult();
            return new ValueTask<int>(_read.Task);
        }
    }
}
