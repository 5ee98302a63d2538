using RemoteLlm.Connector.Servers;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Servers;

public sealed class ServerCircuitTests
{
    private readonly ManualTime _time = new();
    private readonly List<bool> _changes = [];
    private readonly ServerCircuit _circuit;

    public ServerCircuitTests() => _circuit = new ServerCircuit(_time, _changes.Add);

    [Fact]
    public async Task Five_failures_open_it_and_one_good_request_after_the_break_closes_it()
    {
        for (var i = 0; i < ServerCircuit.Least; i++)
        {
            Assert.False(_circuit.IsOpen);
            Assert.True(await Run(ServerFailure.Failed));
        }

        Assert.Equal((true, false, true), (_circuit.IsOpen, _circuit.IsTrial, _circuit.Answers));
        Assert.Equal(ServerCircuit.Break, _circuit.Left);
        Assert.False(await Run(ServerFailure.None));

        _time.Advance(ServerCircuit.Break);
        Assert.True(_circuit.IsTrial);
        Assert.True(await Run(ServerFailure.None));
        Assert.Equal((false, false), (_circuit.IsOpen, _circuit.IsTrial));
        Assert.Equal([true, false], _changes);
    }

    [Fact]
    public async Task Trial_that_fails_opens_it_for_another_break()
    {
        for (var i = 0; i < ServerCircuit.Least; i++)
            await Run(ServerFailure.Unreachable);
        Assert.False(_circuit.Answers);
        _time.Advance(ServerCircuit.Break);

        Assert.True(await Run(ServerFailure.Unreachable));

        Assert.Equal((true, ServerCircuit.Break), (_circuit.IsOpen, _circuit.Left));
        Assert.False(await Run(ServerFailure.None));
    }

    [Fact]
    public async Task What_is_not_the_servers_fault_does_not_count()
    {
        for (var i = 0; i < 50; i++)
            await Run((i % 5) switch { 0 => ServerFailure.Rejected, 1 => ServerFailure.Context, 2 => ServerFailure.RateLimited, 3 => ServerFailure.ModelMissing, _ => ServerFailure.Cost });
        Assert.False(_circuit.IsOpen);

        // Half of them may fail, but not more.
        for (var i = 0; i < 20; i++)
            await Run(ServerFailure.Failed);
        Assert.False(_circuit.IsOpen);
    }

    [Fact]
    public async Task Answers_that_are_cut_count_too()
    {
        for (var i = 0; i < ServerCircuit.Least; i++)
        {
            await Run(ServerFailure.None);
            await _circuit.ObserveAsync(ServerFailure.Streaming);
        }

        Assert.True(_circuit.IsOpen);
    }

    [Fact]
    public async Task A_trial_whose_client_leaves_closes_nothing()
    {
        await Open();
        _time.Advance(ServerCircuit.Break);

        Assert.True(await Run(null));

        Assert.Equal((true, false), (_circuit.IsOpen, _circuit.IsTrial));
        _time.Advance(ServerCircuit.Break);
        Assert.True(_circuit.IsTrial);
    }

    [Fact]
    public async Task While_one_request_tries_it_no_other_may()
    {
        await Open();
        _time.Advance(ServerCircuit.Break);
        var hangs = new TaskCompletionSource<ServerFailure?>();
        var trying = _circuit.TryRunAsync(() => hangs.Task, TestContext.Current.CancellationToken);

        Assert.Equal((true, false), (_circuit.IsOpen, _circuit.IsTrial));
        Assert.False(await Run(ServerFailure.None));

        hangs.SetResult(ServerFailure.Failed);
        Assert.True(await trying.OrHang());
        Assert.True(_circuit.IsOpen);
    }

    private async Task Open()
    {
        for (var i = 0; i < ServerCircuit.Least; i++)
            await Run(ServerFailure.Failed);
    }

    private Task<bool> Run(ServerFailure? failure) => _circuit.TryRunAsync(() => Task.FromResult(failure), TestContext.Current.CancellationToken);
}
