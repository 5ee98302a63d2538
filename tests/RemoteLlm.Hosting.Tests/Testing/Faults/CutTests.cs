namespace RemoteLlm.Hosting.Tests.Testing.Faults;

public sealed class CutTests
{
    [Fact]
    public async Task A_whole_line_copies_bytes_both_ways_and_the_end_of_each()
    {
        await using var stage = new LineStage();
        using var ends = await stage.Connect();
        var bytes = new byte[1_000_000];
        new Random(1).NextBytes(bytes);

        var saying = ends.Near.Say(bytes);
        Assert.Equal(bytes, await ends.Far.Receive(bytes.Length));
        await saying;
        ends.Near.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        Assert.Equal((0, false), await ends.Far.HearOut());

        await ends.Far.Say("the other half is still open");
        Assert.Equal("the other half is still open", await ends.Near.Hear(28));
        ends.Far.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        Assert.Equal((0, false), await ends.Near.HearOut());
        Assert.Equal((1_000_000, 28, 1_000_028), (stage.Line.Up.Passed, stage.Line.Down.Passed, stage.Line.Passed));
    }

    [Fact]
    public async Task Cut_resets_both_ends_of_every_connection()
    {
        await using var stage = new LineStage();
        using var one = await stage.Connect();
        using var two = await stage.Connect();

        stage.Line.Cut();

        foreach (var end in new[] { one.Near, one.Far, two.Near, two.Far })
            Assert.Equal((0, true), await end.HearOut());
    }

    [Fact]
    public async Task CutAfter_lets_exactly_so_many_bytes_pass_and_strikes_once()
    {
        await using var stage = new LineStage();
        using var ends = await stage.Connect();
        stage.Line.Up.CutAfter(100_001);

        var saying = Record.ExceptionAsync(() => ends.Near.Say(new byte[1_000_000]));

        Assert.Equal((100_001, true), await ends.Far.HearOut());
        Assert.Equal((0, true), await ends.Near.HearOut());
        await saying;
        using var next = await stage.Connect();
        await next.Near.Say(new byte[200_000]);
        await next.Far.Receive(200_000);
    }

    [Fact]
    public async Task Finish_ends_both_directions_in_good_order_behind_what_was_said()
    {
        await using var stage = new LineStage();
        using var ends = await stage.Connect();
        await ends.Near.Say("ping");
        Assert.Equal("ping", await ends.Far.Hear(4));

        stage.Line.Finish();

        Assert.Equal((0, false), await ends.Near.HearOut());
        Assert.Equal((0, false), await ends.Far.HearOut());
        // Who goes on talking hurts nobody.
        await ends.Near.Say("too late");
        ends.Near.Close();
        ends.Far.Close();
        await stage.Line.DisposeAsync();
    }

    [Fact]
    public async Task A_reset_at_one_end_is_passed_on_to_the_other()
    {
        await using var stage = new LineStage();
        using var ends = await stage.Connect();
        ends.Far.LingerState = new System.Net.Sockets.LingerOption(true, 0);
        ends.Far.Close();
        Assert.Equal((0, true), await ends.Near.HearOut());
    }

    [Fact]
    public async Task Refuse_turns_new_connections_away_until_Accept()
    {
        await using var stage = new LineStage();
        using var ends = await stage.Connect();
        stage.Line.Refuse();
        await Assert.ThrowsAsync<System.Net.Sockets.SocketException>(stage.Dial);
        await ends.Near.Say("still up");
        Assert.Equal("still up", await ends.Far.Hear(8));
        stage.Line.Accept();
        using var next = await stage.Connect();
        Assert.Equal(2, stage.Line.Accepted);
    }
}
