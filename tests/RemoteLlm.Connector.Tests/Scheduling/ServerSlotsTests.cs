using RemoteLlm.Connector.Scheduling;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Scheduling;

public sealed class ServerSlotsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_comes_first_is_served_first()
    {
        using var slots = new ServerSlots(1, places: 10);
        var running = await slots.TakeAsync(Token);
        var waiting = Enumerable.Range(0, 5).Select(_ => slots.TakeAsync(Token).AsTask()).ToList();
        Assert.Equal(5, slots.Waiting);

        foreach (var next in waiting)
        {
            Assert.False(next.IsCompleted);
            running!.Dispose();
            running.Dispose();
            running = await next.OrHang();
        }

        Assert.Equal(0, slots.Waiting);
    }

    [Fact]
    public async Task Who_leaves_leaves_at_once_and_takes_no_slot_along()
    {
        using var slots = new ServerSlots(1, places: 1);
        using var leave = new CancellationTokenSource();
        var running = await slots.TakeAsync(Token);
        var waiting = slots.TakeAsync(leave.Token).AsTask();

        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.OrHang());
        Assert.Equal(0, slots.Waiting);
        var next = slots.TakeAsync(Token).AsTask();
        running!.Dispose();
        Assert.NotNull(await next.OrHang());
    }

    [Fact]
    public async Task Who_finds_all_places_taken_is_told_so()
    {
        using var slots = new ServerSlots(1, places: 2);
        using var running = await slots.TakeAsync(Token);
        var waiting = new[] { slots.TakeAsync(Token).AsTask(), slots.TakeAsync(Token).AsTask() };

        Assert.Null(await slots.TakeAsync(Token).AsTask().OrHang());

        Assert.Equal(2, slots.Waiting);
        running!.Dispose();
        (await waiting[0].OrHang())!.Dispose();
        (await waiting[1].OrHang())!.Dispose();
    }

    [Fact]
    public async Task Without_a_limit_nobody_waits()
    {
        using var slots = new ServerSlots(0, places: 0);
        for (var i = 0; i < 100; i++)
            Assert.NotNull(await slots.TakeAsync(Token));
    }

    [Fact]
    public async Task Whoever_leaves_when_no_slot_is_lost_and_none_is_given_twice()
    {
        const int Slots = 3;
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        using var slots = new ServerSlots(Slots, places: 1000);
        var (running, most) = (0, 0);

        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => Task.Run(() => Visit(new Random(seed + i)), Token))).OrHang();

        Assert.InRange(most, 1, Slots);
        Assert.Equal(0, slots.Waiting);
        for (var i = 0; i < Slots; i++)
            Assert.NotNull(await slots.TakeAsync(Token).AsTask().OrHang("a slot that was given back"));
        Assert.False(slots.TakeAsync(Token).AsTask().IsCompleted);

        async Task Visit(Random random)
        {
            for (var time = 0; time < 20; time++)
            {
                using var leave = new CancellationTokenSource();
                var taking = slots.TakeAsync(leave.Token).AsTask();
                if (random.Next(2) == 0)
                    await leave.CancelAsync();
                try
                {
                    using var lease = await taking;
                    InterlockedMax(ref most, Interlocked.Increment(ref running));
                    await Task.Yield();
                    Interlocked.Decrement(ref running);
                }
                catch (OperationCanceledException) when (leave.IsCancellationRequested)
                {
                    // It left in time.
                }
            }
        }
    }

    private static void InterlockedMax(ref int most, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref most)) < value && Interlocked.CompareExchange(ref most, value, seen) != seen)
        {
        }
    }
}
