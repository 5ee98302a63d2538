using RemoteLlm.Testing;
using RemoteLlm.Tunnel.Channels;

namespace RemoteLlm.Tunnel.Tests.Channels;

public sealed class LivenessTests
{
    private readonly ManualTime _time = new();
    private readonly Liveness _liveness;

    public LivenessTests() => _liveness = new Liveness(_time, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(12));

    [Theory]
    [InlineData(0, Liveness.Verdict.Alive)]
    [InlineData(4.999, Liveness.Verdict.Alive)]
    [InlineData(5, Liveness.Verdict.SendPing)]
    [InlineData(11.999, Liveness.Verdict.SendPing)]
    [InlineData(12, Liveness.Verdict.Dead)]
    [InlineData(5000, Liveness.Verdict.Dead)]
    public void Check_AfterSilence_Says(double seconds, object verdict)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));

        Assert.Equal(verdict, _liveness.Check());
    }

    [Fact]
    public void A_ping_under_way_is_not_repeated_before_its_time()
    {
        _time.Advance(TimeSpan.FromSeconds(5));
        _liveness.NextToken();

        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(Liveness.Verdict.Alive, _liveness.Check());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Liveness.Verdict.SendPing, _liveness.Check());
    }

    [Fact]
    public void A_frame_starts_the_silence_anew()
    {
        _time.Advance(TimeSpan.FromSeconds(11));
        _liveness.OnFrame();

        _time.Advance(TimeSpan.FromSeconds(4));

        Assert.Equal(Liveness.Verdict.Alive, _liveness.Check());
    }
}
