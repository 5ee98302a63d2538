using RemoteLlm.Testing;

namespace RemoteLlm.Hosting.Tests.Testing.Faults;

public sealed class ThrottleTests
{
    private const int BytesPerSecond = 10_000;

    private readonly ManualTime _time = new();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Throttle_is_never_exceeded_and_is_shared_by_all_connections(int connections)
    {
        await using var stage = new LineStage(time: _time);
        stage.Line.Throttle(BytesPerSecond);
        var ends = new List<LineEnds>();
        for (var connection = 0; connection < connections; connection++)
            ends.Add(await stage.Connect());
        foreach (var end in ends)
            await end.Near.Say(new byte[BytesPerSecond / connections]);

        const int Total = BytesPerSecond / 3 * 3;
        var start = _time.GetTimestamp();
        var done = stage.Line.UntilPassed(Total);
        while (!done.IsCompleted)
        {
            await Task.WhenAny(_time.UntilArmed(), done).OrHang();
            _time.Advance(TimeSpan.FromMilliseconds(1));
            Assert.InRange(stage.Line.Passed * 1000, 0, (long)_time.GetElapsedTime(start).TotalMilliseconds * BytesPerSecond);
        }

        foreach (var end in ends)
        {
            await end.Far.Receive(Total / connections);
            end.Dispose();
        }
    }

    [Fact]
    public async Task A_throttled_line_does_not_save_up_while_it_is_idle()
    {
        await using var stage = new LineStage(time: _time);
        stage.Line.Throttle(BytesPerSecond);
        using var ends = await stage.Connect();
        _time.Advance(TimeSpan.FromMinutes(1));

        await ends.Near.Say(new byte[1000]);
        await _time.UntilArmed();
        await LineStage.AWhile();
        Assert.Equal(0, stage.Line.Passed);
    }

    [Fact]
    public async Task Pieces_are_of_a_few_milliseconds_each()
    {
        await using var stage = new LineStage(time: _time);
        stage.Line.Throttle(BytesPerSecond);
        using var ends = await stage.Connect();
        await ends.Near.Say(new byte[200]);
        var done = stage.Line.UntilPassed(200);
        while (!done.IsCompleted)
        {
            await Task.WhenAny(_time.UntilArmed(), done).OrHang();
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(5, stage.Line.Up.Writes);
    }

    [Fact]
    public async Task A_sender_waits_for_a_slow_line()
    {
        // The clock stands still, so nothing leaves: the line and the system's buffers fill up, and then the sender waits.
        await using var stage = new LineStage(time: _time);
        stage.Line.Throttle(BytesPerSecond);
        using var ends = await stage.Connect();
        var saying = Record.ExceptionAsync(() => ends.Near.Say(new byte[64 * 1024 * 1024]));
        await LineStage.AWhile();
        Assert.False(saying.IsCompleted);

        stage.Line.Throttle(0);
        _time.Advance(TimeSpan.FromSeconds(1));
        await ends.Far.Receive(64 * 1024 * 1024);
        Assert.Null(await saying);
    }
}
