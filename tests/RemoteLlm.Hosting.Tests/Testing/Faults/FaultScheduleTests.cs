using RemoteLlm.Testing;
using RemoteLlm.Testing.Faults;

namespace RemoteLlm.Hosting.Tests.Testing.Faults;

public sealed class FaultScheduleTests
{
    [Fact]
    public void A_seed_decides_the_whole_schedule()
    {
        var schedule = new FaultSchedule(42, 20);
        Assert.Equal(20, schedule.Faults.Count);
        Assert.Equal(schedule.Faults, new FaultSchedule(42, 20).Faults);
        Assert.NotEqual(schedule.Faults, new FaultSchedule(43, 20).Faults);
        Assert.Contains("seed 42", schedule.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_schedule_draws_every_kind_within_its_range()
    {
        var range = new FaultRange { Kinds = Enum.GetValues<FaultKind>(), MinBytesBetween = 100, MaxBytesBetween = 200, MaxTime = TimeSpan.FromMilliseconds(5) };
        var faults = new FaultSchedule(1, 1000, range).Faults;
        Assert.Equal(range.Kinds, faults.Select(fault => fault.Kind).Distinct().Order());
        Assert.All(faults, fault => Assert.InRange(fault.AfterBytes, 100, 200));
        Assert.All(faults, fault => Assert.True(fault.For <= range.MaxTime));
    }

    [Fact]
    public async Task A_schedule_strikes_when_its_bytes_have_passed()
    {
        await using var stage = new LineStage();
        var schedule = new FaultSchedule(7, 5, FaultRange.Cuts);
        var striking = schedule.Run(stage.Line, TestContext.Current.CancellationToken);
        foreach (var fault in schedule.Faults)
        {
            using var ends = await stage.Connect();
            await ends.Near.Say(new byte[fault.AfterBytes - 1]);
            await ends.Far.Receive((int)fault.AfterBytes - 1);
            Assert.False(striking.IsCompleted);
            await ends.Near.Say("!");
            Assert.True((await ends.Far.HearOut()).Reset);
        }

        await striking.OrHang();
    }

    [Fact]
    public async Task A_schedule_of_all_kinds_leaves_the_line_whole()
    {
        await using var stage = new LineStage();
        var range = new FaultRange { MaxBytesBetween = 20_000, MaxTime = TimeSpan.FromMilliseconds(5) };
        var schedule = new FaultSchedule(11, 40, range);
        TestContext.Current.TestOutputHelper?.WriteLine(schedule.ToString());
        var striking = schedule.Run(stage.Line, TestContext.Current.CancellationToken);
        while (!striking.IsCompleted)
            await TalkUntilItBreaks(stage, striking);

        await striking;
        using var ends = await stage.Connect();
        await ends.Near.Say("whole");
        Assert.Equal("whole", await ends.Far.Hear(5));
    }

    private static async Task TalkUntilItBreaks(LineStage stage, Task enough)
    {
        try
        {
            using var near = await stage.Dial();
            using var far = await stage.Take();
            var hearing = far.HearOut();
            while (!enough.IsCompleted && !hearing.IsCompleted)
                await near.Say(new byte[1000]);
            near.Close();
            await hearing;
        }
        catch (System.Net.Sockets.SocketException)
        {
            // Refused or cut: the next one, then.
        }
    }
}
