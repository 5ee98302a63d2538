using Microsoft.Extensions.Logging;
using RemoteLlm.Connector.Observability.Events;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Protocol.Dialects.Usage;
using RemoteLlm.Testing;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Connector.Tests.Observability.Events;

public sealed class RelayEventsTests
{
    [Fact]
    public async Task Events_of_a_request_come_in_order_and_with_what_was_known_then()
    {
        var seen = new Recorder();
        await using var stage = new EventsStage(seen);
        var request = stage.Request();

        stage.Events.Started(request);
        stage.Time.Advance(TimeSpan.FromSeconds(1));
        (request.Model, request.Target, request.ServedModel) = ("big", stage.Server("slow-box"), "big:70b");
        stage.Events.Queued(request);
        request.Failure = ServerFailure.Failed;
        stage.Events.Retried(request);
        stage.Time.Advance(TimeSpan.FromSeconds(2));
        (request.Target, request.Failure, request.QueuedFor, request.Sent) = (stage.Server("fast-box"), ServerFailure.None, TimeSpan.FromSeconds(2), stage.Time.GetTimestamp());
        stage.Time.Advance(TimeSpan.FromSeconds(4));
        request.FirstByte = stage.Time.GetTimestamp();
        stage.Events.FirstToken(request);
        stage.Time.Advance(TimeSpan.FromSeconds(8));
        (request.Usage, request.Cost, request.Outcome) = (new TokenUsage(10, 5, 3), 0.25m, ForwardOutcome.Done);
        stage.Events.Finished(request);

        await seen.Until(5);
        Assert.Equal(
            [RelayEventKind.Started, RelayEventKind.Queued, RelayEventKind.Retried, RelayEventKind.FirstToken, RelayEventKind.Completed], seen.Seen.Select(one => one.Kind));
        Assert.Equal(
            [(null, ServerFailure.None), ("slow-box", ServerFailure.None), ("slow-box", ServerFailure.Failed), ("fast-box", ServerFailure.None), ("fast-box", ServerFailure.None)],
            seen.Seen.Select(one => (one.Server, one.Failure)));
        var end = seen.Seen[^1];
        Assert.Equal((2, 3, 4, 15), (end.QueueWait!.Value.TotalSeconds, end.BeforeSend!.Value.TotalSeconds, end.FirstByte!.Value.TotalSeconds, end.Total.TotalSeconds));
        Assert.Equal((10, 3, 5, 0.25m), (end.PromptTokens, end.CachedTokens, end.CompletionTokens, end.Cost));
        Assert.Equal(("label-1", "1", "chat", "big", "big:70b", 200, null), (end.RequestId, end.BillingId, end.Operation, end.Model, end.ServedModel, end.Status, end.Error));
    }

    [Fact]
    public async Task A_request_that_ends_with_an_error_has_failed_and_says_of_what()
    {
        var seen = new Recorder();
        await using var stage = new EventsStage(seen);
        var refused = stage.Request();
        (refused.Status, refused.Error) = (401, ApiErrors.MissingModel());
        var left = stage.Request();
        left.Outcome = new ForwardOutcome(ForwardStage.Send, ForwardSide.Client, null);
        var cut = stage.Request();
        cut.Outcome = new ForwardOutcome(ForwardStage.Body, ForwardSide.Upstream, new IOException());
        var passed = stage.Request();
        (passed.Status, passed.Outcome) = (500, ForwardOutcome.Done);
        var defect = stage.Request();
        (defect.Outcome, defect.Defect) = (ForwardOutcome.Done, new InvalidOperationException());

        foreach (var request in new[] { refused, left, cut, passed, defect })
            stage.Events.Finished(request);

        await seen.Until(5);
        Assert.All(seen.Seen, one => Assert.Equal(RelayEventKind.Failed, one.Kind));
        Assert.Equal([(401, refused.Error!.Code), (499, "client_gone"), (200, "stream_interrupted"), (500, "upstream"), (200, null)], seen.Seen.Select(one => (one.Status, one.Error)));
        Assert.Equal("IOException", seen.Seen[2].Cause);
    }

    [Fact]
    public async Task Requests_side_by_side_each_keep_their_order()
    {
        var seen = new Recorder();
        await using var stage = new EventsStage(seen);
        const int Requests = 400;

        await Parallel.ForAsync(0, Requests, TestContext.Current.CancellationToken, async (_, _) =>
        {
            var request = stage.Request();
            stage.Events.Started(request);
            await Task.Yield();
            stage.Events.Queued(request);
            await Task.Yield();
            stage.Events.FirstToken(request);
            stage.Events.Finished(request);
        }).OrHang();

        await seen.Until(Requests * 4);
        Assert.All(seen.Seen.GroupBy(one => one.BillingId), events => Assert.Equal(
            [RelayEventKind.Started, RelayEventKind.Queued, RelayEventKind.FirstToken, RelayEventKind.Completed], events.Select(one => one.Kind)));
    }

    [Fact]
    public async Task An_observer_that_throws_goes_on_and_says_so_once_a_minute()
    {
        var seen = new Recorder("good");
        var bad = new Recorder("bad") { Before = happened => { if (happened.BillingId != "5") throw new InvalidOperationException("bad"); } };
        await using var stage = new EventsStage(bad, seen);

        for (var i = 0; i < 4; i++)
            stage.Events.Started(stage.Request());
        stage.Events.Started(stage.Request());

        await seen.Until(5);
        await bad.Until(1);
        var line = Assert.Single(stage.Logs.Entries);
        Assert.True(line.Level == LogLevel.Error && line.Says("Observer failed", " bad "), line.Message);
        stage.Time.Advance(ObserverPump.Quiet);
        stage.Events.Started(stage.Request());
        stage.Events.Started(stage.Request());
        await seen.Until(7);
        await stage.DisposeAsync();
        Assert.Equal(2, stage.Logs.Entries.Count);
    }

    [Fact]
    public async Task An_observer_that_stalls_holds_nobody_up_and_misses_what_is_over_its_queue()
    {
        using var gate = new ManualResetEventSlim();
        var stalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var stuck = new Recorder("stuck") { Before = _ => { stalled.TrySetResult(); Assert.True(gate.Wait(HangGuard.Limit, TestContext.Current.CancellationToken)); } };
        var seen = new Recorder("good");
        await using var stage = new EventsStage(stuck, seen);
        stage.Events.Started(stage.Request());
        await stalled.Task.OrHang();

        // One is in its hands, the queue holds as many as it may, ten are too many.
        for (var i = 0; i < ObserverPump.Capacity + 10; i++)
        {
            stage.Events.Started(stage.Request());
            if (i % 1000 == 0)
                await seen.Until(i + 2);
        }

        await seen.Until(ObserverPump.Capacity + 11);
        Assert.Equal(10, stage.Events.Dropped);
        Assert.Equal([("stuck", 10), ("good", 0)], stage.DropsMetered());
        var line = Assert.Single(stage.Logs.Entries);
        Assert.True(line.Level == LogLevel.Warning && line.Says("too slow", " stuck 1"), line.Message);
        gate.Set();
        await stuck.Until(ObserverPump.Capacity + 1);
        Assert.Equal(Enumerable.Range(1, ObserverPump.Capacity + 1), stuck.Seen.Select(one => int.Parse(one.BillingId, System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Disposal_lets_observers_see_what_is_queued_and_nothing_after_it()
    {
        using var gate = new ManualResetEventSlim();
        var slow = new Recorder { Before = _ => Assert.True(gate.Wait(HangGuard.Limit, TestContext.Current.CancellationToken)) };
        await using var stage = new EventsStage(slow);
        for (var i = 0; i < 100; i++)
            stage.Events.Started(stage.Request());

        var ending = stage.Events.DisposeAsync().AsTask();
        gate.Set();
        await ending.OrHang();

        Assert.Equal(100, slow.Seen.Count);
        stage.Events.Started(stage.Request());
        Assert.Equal((100, 0), (slow.Seen.Count, stage.Events.Dropped));
    }

    [Fact]
    public async Task Disposal_waits_two_seconds_for_an_observer_that_is_stuck_and_gives_it_no_more()
    {
        using var gate = new ManualResetEventSlim();
        var stalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var stuck = new Recorder { Before = _ => { stalled.TrySetResult(); Assert.True(gate.Wait(HangGuard.Limit, TestContext.Current.CancellationToken)); } };
        await using var stage = new EventsStage(stuck);
        stage.Events.Started(stage.Request());
        stage.Events.Started(stage.Request());
        await stalled.Task.OrHang();

        var ending = stage.Events.DisposeAsync().AsTask();
        await stage.Time.UntilArmedFor(RelayEvents.Patience);
        Assert.False(ending.IsCompleted);
        stage.Time.Advance(RelayEvents.Patience);
        await ending.OrHang();
        gate.Set();
        await stage.Events.FinishAsync().OrHang();

        Assert.Single(stuck.Seen);
    }

    [Fact]
    public async Task Nobody_to_tell_costs_nothing()
    {
        await using var stage = new EventsStage();
        var request = stage.Request();
        stage.Events.Started(request);

        Assert.Equal(0, Allocations.OfARound(() =>
        {
            for (var i = 0; i < 1000; i++)
                stage.Events.FirstToken(request);
        }));
    }
}
