using RemoteLlm.Testing;

namespace RemoteLlm.Hosting.Tests.Testing.Faults;

public sealed class BlackholeTests
{
    [Fact]
    public async Task Blackhole_holds_everything_back_and_Resume_delivers_it_in_order()
    {
        await using var stage = new LineStage();
        using var ends = await stage.Connect();
        stage.Line.Blackhole();
        await ends.Near.Say("one ");
        await ends.Far.Say("answer");

        await LineStage.AWhile();
        Assert.Equal((0, 0, 0), (ends.Near.Available, ends.Far.Available, stage.Line.Passed));
        await ends.Near.Say("two");

        stage.Line.Resume();
        Assert.Equal("one two", await ends.Far.Hear(7));
        Assert.Equal("answer", await ends.Near.Hear(6));
    }

    [Fact]
    public async Task Blackhole_of_one_direction_leaves_the_other()
    {
        await using var stage = new LineStage();
        using var ends = await stage.Connect();
        stage.Line.Down.Blackhole();
        await ends.Far.Say("unheard");

        await ends.Near.Say("heard");
        Assert.Equal("heard", await ends.Far.Hear(5));
        await LineStage.AWhile();
        Assert.Equal((0, 0), (ends.Near.Available, stage.Line.Down.Passed));

        stage.Line.Down.Resume();
        Assert.Equal("unheard", await ends.Near.Hear(7));
    }

    [Fact]
    public async Task BlackholeNew_accepts_connections_that_lead_nowhere()
    {
        await using var stage = new LineStage();
        using var old = await stage.Connect();
        stage.Line.BlackholeNew();

        using var near = await stage.Dial();
        await near.Say("hello");
        await old.Near.Say("as ever");
        Assert.Equal("as ever", await old.Far.Hear(7));
        await LineStage.AWhile();
        Assert.False(stage.Arrived);

        stage.Line.Resume();
        using var far = await stage.Take();
        Assert.Equal("hello", await far.Hear(5));
    }

    [Fact]
    public async Task The_end_of_a_peer_passes_a_blackhole_only_when_it_ends()
    {
        await using var stage = new LineStage();
        using var ends = await stage.Connect();
        stage.Line.Blackhole();
        ends.Near.LingerState = new System.Net.Sockets.LingerOption(true, 0);
        ends.Near.Close();

        await LineStage.AWhile();
        Assert.False(ends.Far.Poll(0, System.Net.Sockets.SelectMode.SelectRead));

        stage.Line.Resume();
        Assert.Equal((0, true), await ends.Far.HearOut());
    }

    [Fact]
    public async Task Blackhole_swallows_what_is_on_its_way()
    {
        var time = new ManualTime();
        await using var stage = new LineStage(time: time);
        using var ends = await stage.Connect();
        stage.Line.Delay(TimeSpan.FromMilliseconds(50));
        await ends.Near.Say("held");
        await time.UntilArmed();

        stage.Line.Blackhole();
        time.Advance(TimeSpan.FromSeconds(1));
        await LineStage.AWhile();
        Assert.Equal(0, stage.Line.Passed);

        stage.Line.Resume();
        Assert.Equal("held", await ends.Far.Hear(4));
    }

    [Fact]
    public async Task Dispose_ends_connections_that_are_held_back()
    {
        var stage = new LineStage();
        using var ends = await stage.Connect();
        stage.Line.Blackhole();
        using var lost = await stage.Dial();
        await ends.Near.Say("never");
        await stage.DisposeAsync();
        Assert.Equal((0, true), await ends.Far.HearOut());
        Assert.Equal((0, true), await lost.HearOut());
        Assert.Equal(0, stage.Line.Open);
    }
}
