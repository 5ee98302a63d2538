using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging.Abstractions;
using RemoteLlm.Connector.Link;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Ledger;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Link;

public sealed class ControlConnectionTests
{
    [Fact]
    public async Task A_call_that_was_given_up_and_fails_later_is_no_unobserved_exception()
    {
        var unobserved = new List<Exception>();
        void Note(object? sender, UnobservedTaskExceptionEventArgs args)
        {
            lock (unobserved) unobserved.Add(args.Exception);
        }

        TaskScheduler.UnobservedTaskException += Note;
        try
        {
            await GiveUpAsync();
            // What was awaited may have gone on right here, and is on the stack with all that it refers to.
            await Task.Yield();
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Note;
        }

        // Others run beside this test: only what is of the control connection counts.
        Assert.DoesNotContain(unobserved, exception => exception.ToString().Contains(nameof(ControlConnection), StringComparison.Ordinal));
    }

    // A method of its own: nothing of it is referred to when it has returned.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task GiveUpAsync()
    {
        using var sockets = await WebSocketPair.OpenAsync();
        Assert.True(BrokerAddress.TryParse("http://127.0.0.1", allowInsecure: false, out var broker, out _));
        await using var control = new ControlConnection(sockets.Connector, broker, new Deaf(), NullLoggerFactory.Instance);
        var starting = control.StartAsync(TestContext.Current.CancellationToken);
        var buffer = new byte[256];
        await sockets.Broker.ReceiveAsync(buffer.AsMemory(), TestContext.Current.CancellationToken);
        // The answer to SignalR's handshake: an empty object and its record separator.
        await sockets.Broker.SendAsync("{}\u001e"u8.ToArray(), System.Net.WebSockets.WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);
        await starting.OrHang();

        using var impatient = new CancellationTokenSource();
        var call = control.ReportModels(ModelInventory.Empty).WaitAsync(impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        sockets.Cut();
        await control.Closed.OrHang();
    }

    private sealed class Deaf : IConnectorClient
    {
        public Task ApplyRoster(RosterPush push) => Task.CompletedTask;

        public Task ApplySpending(SpendingUpdate update) => Task.CompletedTask;

        public Task BeginDrain(DrainReason reason, string detail) => Task.CompletedTask;
    }
}
