using RemoteLlm.Testing;

namespace RemoteLlm.Hosting.Tests.Testing.Faults;

public sealed class DelayTests
{
    private static readonly TimeSpan s_almost = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_delay = TimeSpan.FromMilliseconds(50);

    private readonly ManualTime _time = new();

    [Fact]
    public async Task Delay_delivers_so_much_later()
    {
        await using var stage = new LineStage(time: _time);
        using var ends = await stage.Connect();
        stage.Line.Up.Delay(s_delay);

        await ends.Near.Say("late");
        await _time.UntilArmed();
        _time.Advance(s_delay - s_almost);
        await LineStage.AWhile();
        Assert.Equal(0, stage.Line.Passed);
        // The other direction has its own delay: none.
        await ends.Far.Say("now");
        Assert.Equal("now", await ends.Near.Hear(3));

        _time.Advance(s_almost);
        Assert.Equal("late", await ends.Far.Hear(4));
    }

    [Fact]
    public async Task Delay_keeps_the_order_when_it_becomes_shorter()
    {
        await using var stage = new LineStage(time: _time);
        using var ends = await stage.Connect();
        stage.Line.Delay(s_delay);
        await ends.Near.Say("first ");
        await _time.UntilArmed();
        stage.Line.Delay(TimeSpan.Zero);
        await ends.Near.Say("second");
        await LineStage.AWhile();
        Assert.Equal(0, stage.Line.Passed);

        _time.Advance(s_delay);
        Assert.Equal("first second", await ends.Far.Hear(12));
    }

    [Fact]
    public async Task Delay_is_no_throttle()
    {
        // The clock stands still: all of it is on its way at once, and arrives at once.
        const int Bytes = 24 * 1024 * 1024;
        await using var stage = new LineStage(time: _time);
        using var ends = await stage.Connect();
        stage.Line.Delay(s_delay);
        await ends.Near.Say(new byte[Bytes]).OrHang();
        await LineStage.AWhile();
        Assert.Equal(0, stage.Line.Passed);

        _time.Advance(s_delay);
        await ends.Far.Receive(Bytes);
    }

    [Fact]
    public async Task The_end_is_delayed_like_the_bytes_before_it()
    {
        await using var stage = new LineStage(time: _time);
        using var ends = await stage.Connect();
        stage.Line.Delay(s_delay);
        await ends.Near.Say("bye");
        ends.Near.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        await _time.UntilArmed();
        await LineStage.AWhile();
        Assert.False(ends.Far.Poll(0, System.Net.Sockets.SelectMode.SelectRead));

        _time.Advance(s_delay);
        Assert.Equal((3, false), await ends.Far.HearOut());
    }

    [Fact]
    public async Task Cut_loses_what_is_on_its_way()
    {
        await using var stage = new LineStage(time: _time);
        using var ends = await stage.Connect();
        stage.Line.Delay(s_delay);
        await ends.Near.Say("lost");
        await _time.UntilArmed();
        stage.Line.Cut();
        Assert.Equal((0, true), await ends.Far.HearOut());
    }
}
