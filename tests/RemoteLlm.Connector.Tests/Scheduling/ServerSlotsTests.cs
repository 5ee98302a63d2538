using RemoteLlm.Connector.Scheduling;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Scheduling;

public sealed class ServerSlotsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_a_limit_nobody_waits()
    {
        using var slots = new ServerSlots(0, 0);

        for (var i = 0; i < 1000; i++)
            Assert.NotNull(await slots.TakeAsync(Cancel).OrHang());
    }

    [Fact]
    public async Task Slots_are_given_in_the_order_of_arrival()
    {
        using var slots = new ServerSlots(2, 10);
        var (first, second) = (await slots.TakeAsync(Cancel).OrHang(), await slots.TakeAsync(Cancel).OrHang());
        var third = slots.TakeAsync(Cancel).AsTask();
        var fourth = slots.TakeAsync(Cancel).AsTask();
        Assert.Equal(2, slots.Waiting);

        second!.Dispose();
        Assert.NotNull(await third.OrHang());
        Assert.False(fourth.IsCompleted);
        first!.Dispose();
        Assert.NotNull(await fourth.OrHang());
        Assert.Equal(0, slots.Waiting);
    }

    [Fact]
    public async Task Who_leaves_the_queue_leaves_at_once_and_the_next_gets_the_slot()
    {
        using var slots = new ServerSlots(1, 10);
        using var leave = new CancellationTokenSource();
        var first = await slots.TakeAsync(Cancel).OrHang();
        var second = slots.TakeAsync(leave.Token).AsTask();
        var third = slots.TakeAsync(Cancel).AsTask();

        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.OrHang());
        Assert.Equal(1, slots.Waiting);
        first!.Dispose();
        Assert.NotNull(await third.OrHang());
    }

    [Fact]
    public async Task Full_queue_takes_nobody_until_somebody_has_left_it()
    {
        using var slots = new ServerSlots(1, 1);
        using var leave = new CancellationTokenSource();
        using var first = await slots.TakeAsync(Cancel).OrHang();
        var second = slots.TakeAsync(leave.Token).AsTask();

        Assert.Null(await slots.TakeAsync(Cancel).OrHang());
        Assert.Equal(1, slots.Waiting);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.OrHang());
        var third = slots.TakeAsync(Cancel).AsTask();
        Assert.False(third.IsCompleted);
        first!.Dispose();
        Assert.NotNull(await third.OrHang());
    }

    [Fact]
    public async Task Lease_that_is_disposed_twice_frees_one_slot()
    {
        using var slots = new ServerSlots(1, 10);
        var first = await slots.TakeAsync(Cancel).OrHang();
        first!.Dispose();
        first.Dispose();

        using var second = await slots.TakeAsync(Cancel).OrHang();

        Assert.False(slots.TakeAsync(Cancel).AsTask().IsCompleted);
    }

    [Fact]
    public async Task Never_more_at_once_than_there_are_slots_and_none_is_lost()
    {
        const int Slots = 3;
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed: {seed}");
        using var slots = new ServerSlots(Slots, 20);
        var (inside, most, refused) = (0, 0, 0);

        await Task.WhenAll(Enumerable.Range(0, 200).Select(number => Task.Run(() => Visit(new Random(seed + number)), Cancel))).OrHang();

        Assert.InRange(most, 1, Slots);
        Assert.Equal(0, slots.Waiting);
        for (var i = 0; i < Slots; i++)
            Assert.NotNull(await slots.TakeAsync(Cancel).OrHang());
        Assert.False(slots.TakeAsync(Cancel).AsTask().IsCompleted);

        async Task Visit(Random random)
        {
            for (var i = 0; i < 20; i++)
            {
                using var leave = new CancellationTokenSource();
                var taking = slots.TakeAsync(leave.Token).AsTask();
                if (random.Next(3) == 0)
                    await leave.CancelAsync();
                try
                {
                    using var lease = await taking;
                    if (lease is null)
                    {
                        Interlocked.Increment(ref refused);
                        continue;
                    }

                    var now = Interlocked.Increment(ref inside);
                    InterlockedMax(ref most, now);
                    await Task.Yield();
                    Interlocked.Decrement(ref inside);
                }
                catch (OperationCanceledException)
                {
                    // Left while it waited.
                }
            }
        }
    }

    private static void InterlockedMax(ref int most, int now)
    {
        for (var seen = Volatile.Read(ref most); seen < now;)
        {
            var before = Interlocked.CompareExchange(ref most, now, seen);
            if (before == seen)
                return;
            seen = before;
        }
    }
}
