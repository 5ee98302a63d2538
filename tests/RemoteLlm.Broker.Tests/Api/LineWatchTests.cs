using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using RemoteLlm.Broker.Api;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Protocol.Dialects.Streams;
using RemoteLlm.Testing;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Broker.Tests.Api;

public sealed class LineWatchTests : IAsyncDisposable
{
    private const string Beat = ": keep-alive\n\n";

    private readonly ManualTime _time = new();
    private readonly ActivityClock _clock;
    // In line: when a write to the source has returned, the copy waits for the next.
    private readonly Pipe _source = new(new PipeOptions(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, useSynchronizationContext: false));
    private readonly Pipe _client = new(new PipeOptions(
        readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 64, resumeWriterThreshold: 32, useSynchronizationContext: false));
    private readonly EventStreamTracker _events = new();
    private readonly TaskCompletionSource _ended = new();
    private readonly LineWatch _watch;
    private readonly HeartbeatStream _stream;
    private readonly Task<ForwardOutcome> _relaying;
    private TaskCompletionSource _changed = new();
    private bool _up = true;

    public LineWatchTests()
    {
        _clock = new ActivityClock(_time, CancellationToken.None);
        var interlude = new Interlude(_client.Writer, _clock, TimeSpan.FromMinutes(5));
        _watch = new LineWatch(() => _up, () => _changed.Task, _ended.Task, _time);
        _stream = new HeartbeatStream(interlude, _events, StreamFormat.ChatEvents, new Exchange(ApiEndpoints.Find("/v1/chat/completions")!, "label", "req_1", 0), _time);
        _watch.Add(_stream);
        _relaying = BodyRelay.CopyAsync(
            _source.Reader.AsStream(), _client.Writer, new Observer(_events), _clock, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromMinutes(5), headersAtOnce: true, interlude).AsTask();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _source.Writer.CompleteAsync();
        await _relaying.OrHang();
        _clock.Dispose();
    }

    [Fact]
    public async Task A_stream_gets_heartbeats_from_soon_after_the_loss_until_the_line_is_back()
    {
        await SendAsync("data: 1\n\n");
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("", Taken());

        Line(up: false);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Beat, Taken());
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal("", Taken());
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(Beat + Beat + Beat, Taken());

        Line(up: true);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("", Taken());
        Assert.Equal(0, _time.ArmedTimers);
    }

    [Theory]
    [InlineData("data: {\"half", "\":1}\n\n")]
    [InlineData("data: 1\n", "\n")]
    [InlineData(": comment", "\n\n")]
    public async Task A_half_written_event_gets_none_until_it_is_whole(string half, string rest)
    {
        await SendAsync(half);
        Line(up: false);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("", Taken());

        await SendAsync(rest);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(Beat, Taken());
    }

    [Fact]
    public async Task A_stream_that_has_said_that_it_is_done_gets_none()
    {
        await SendAsync("data: [DONE]\n\n");
        Line(up: false);

        _time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal("", Taken());
    }

    [Fact]
    public async Task A_stream_that_was_taken_out_gets_none()
    {
        await SendAsync("data: 1\n\n");
        _watch.Remove(_stream);
        Line(up: false);

        _time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal("", Taken());
    }

    [Fact]
    public async Task A_client_that_takes_none_has_no_more_than_one_waiting_and_gets_every_byte()
    {
        await SendAsync("data: 1\n\n");
        Line(up: false);
        _time.Advance(TimeSpan.FromMinutes(1));
        var waiting = Taken();
        Assert.True(waiting.Length < 64 + Beat.Length, waiting);

        Line(up: true);
        await SendAsync("data: 2\n\n");
    }

    [Fact]
    public void The_watch_ends_with_its_channel()
    {
        Line(up: false);
        Assert.Equal(1, _time.ArmedTimers);

        _ended.SetResult();
        Line(up: false);

        Assert.Equal(0, _time.ArmedTimers);
    }

    private void Line(bool up)
    {
        _up = up;
        var changed = _changed;
        _changed = new TaskCompletionSource();
        // Continues on this thread: when this returns the watch knows.
        changed.SetResult();
    }

    private async Task SendAsync(string text)
    {
        await _source.Writer.WriteAsync(Encoding.UTF8.GetBytes(text), Token);
        var read = await _client.Reader.ReadAtLeastAsync(text.Length, Token).OrHang();
        Assert.Equal(text, Encoding.UTF8.GetString(read.Buffer.ToArray()));
        _client.Reader.AdvanceTo(read.Buffer.End);
    }

    private string Taken()
    {
        if (!_client.Reader.TryRead(out var read))
            return "";
        var text = Encoding.UTF8.GetString(read.Buffer.ToArray());
        _client.Reader.AdvanceTo(read.Buffer.End);
        return text;
    }

    private sealed class Observer(EventStreamTracker events) : IBodyObserver
    {
        public void OnBytes(ReadOnlySpan<byte> bytes) => events.Observe(bytes);
    }
}
