using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RemoteLlm.Hosting.Draining;
using RemoteLlm.Testing;

namespace RemoteLlm.Hosting.Tests.Draining;

public sealed class DrainOnStopTests
{
    private readonly ManualTime _time = new();
    private readonly InFlightRequests _requests = new();
    private readonly List<string> _story = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Peers_are_told_first_and_the_servers_stop_behind_the_last_request()
    {
        var request = _requests.Enter();

        var stopping = Drain(new Step(_story)).StoppingAsync(Token);
        Assert.Equal(["begin"], _story);
        Assert.True(_requests.Draining);
        Assert.False(stopping.IsCompleted);
        request.Dispose();
        await stopping.OrHang();

        Assert.Equal(["begin", "end"], _story);
    }

    [Fact]
    public async Task Requests_that_outlast_the_grace_are_not_waited_for()
    {
        using var request = _requests.Enter();
        var stopping = Drain(new Step(_story)).StoppingAsync(Token);
        await _time.UntilArmed();

        _time.Advance(TimeSpan.FromSeconds(119));
        Assert.False(stopping.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        await stopping.OrHang();

        Assert.Equal(["begin", "end"], _story);
    }

    [Fact]
    public async Task A_second_signal_ends_the_wait()
    {
        using var request = _requests.Enter();
        using var impatient = new CancellationTokenSource();
        var stopping = Drain(new Step(_story)).StoppingAsync(impatient.Token);

        await impatient.CancelAsync();
        await stopping.OrHang();

        Assert.Equal(["begin", "end"], _story);
    }

    [Fact]
    public async Task A_peer_that_cannot_be_told_cuts_no_request_off()
    {
        var request = _requests.Enter();

        var stopping = Drain(new Step(_story, fails: true), new Step(_story)).StoppingAsync(Token);
        Assert.False(stopping.IsCompleted);
        request.Dispose();
        await stopping.OrHang();

        Assert.Equal(["begin", "begin", "end", "end"], _story);
    }

    [Fact]
    public void A_request_counts_until_it_is_over()
    {
        var first = _requests.Enter();
        var second = _requests.Enter();
        var idle = _requests.DrainAsync();

        first.Dispose();
        Assert.Equal(1, _requests.Count);
        Assert.False(idle.IsCompleted);
        second.Dispose();

        Assert.Equal(0, _requests.Count);
        Assert.True(idle.IsCompleted);
        Assert.True(_requests.DrainAsync().IsCompleted);
    }

    [Fact]
    public async Task Requests_that_come_and_go_at_once_leave_none_behind()
    {
        await Parallel.ForAsync(0, 10_000, Token, (_, _) =>
        {
            using var request = _requests.Enter();
            return ValueTask.CompletedTask;
        });

        Assert.Equal(0, _requests.Count);
        await _requests.DrainAsync().OrHang();
    }

    private DrainOnStop Drain(params IDrainStep[] steps) => new(_requests, steps, Options.Create(new DrainOptions()), _time, NullLogger<DrainOnStop>.Instance);

    private sealed class Step(List<string> story, bool fails = false) : IDrainStep
    {
        public Task BeginDrainAsync(CancellationToken cancellationToken) => Note("begin");

        public Task EndDrainAsync(CancellationToken cancellationToken) => Note("end");

        private async Task Note(string what)
        {
            story.Add(what);
            if (fails)
                throw new TimeoutException("the peer does not answer");
            await Task.CompletedTask;
        }
    }
}
