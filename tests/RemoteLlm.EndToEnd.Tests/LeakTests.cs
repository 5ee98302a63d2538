using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using RemoteLlm.Hosting.Draining;
using Xunit;

namespace RemoteLlm.EndToEnd.Tests;

/// <summary>What was aborted leaves nothing behind, in either half.</summary>
[Collection(nameof(LeakTests))]
[CollectionDefinition(nameof(LeakTests), DisableParallelization = true)]
public sealed class LeakTests
{
    private const int Requests = 10_000;
    private const int AtOnce = 50;
    private static int s_answered;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ten_thousand_aborted_requests_leave_no_request_stream_timer_or_handle()
    {
        using var active = new ActiveRequests();
        await using var llm = new ScriptedLlmServer(Answer);
        await using var cluster = await Cluster.Start(llm.Url);
        await AbortAsync(cluster, llm, 10 * AtOnce);
        await QuietAsync(cluster, active, int.MaxValue);
        var (handles, timers) = (Handles(), Timer.ActiveCount);

        await AbortAsync(cluster, llm, Requests);

        await QuietAsync(cluster, active, handles + 20);
        Assert.InRange(Timer.ActiveCount, 0, timers + 20);
        TestContext.Current.TestOutputHelper?.WriteLine($"handles {handles} -> {Handles()}, timers {timers} -> {Timer.ActiveCount}");
        // And the channels, whose windows those requests shared, carry on.
        llm.Script = LlmScripts.Completion(new string('x', 2_000_000));
        using var last = await cluster.Client.Chat();
        Assert.Contains(new string('x', 2_000_000), await last.Text(), StringComparison.Ordinal);
    }

    // One in three has no answer yet, one is in the middle of a stream, one in the middle of a whole answer.
    private static async Task Answer(ScriptedExchange exchange)
    {
        switch (Interlocked.Increment(ref s_answered) % 3)
        {
            case 0:
                await exchange.SendHeaders();
                await exchange.SendEvent(LlmScripts.Delta("one"));
                break;
            case 1:
                await exchange.SendRaw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{");
                break;
        }

        await exchange.PeerClosed;
    }

    private static async Task AbortAsync(Cluster cluster, ScriptedLlmServer llm, int count)
    {
        for (var done = 0; done < count; done += AtOnce)
        {
            using var leave = new CancellationTokenSource();
            var asking = Enumerable.Range(0, AtOnce).Select(_ => AskAsync(cluster.Client, leave.Token)).ToList();
            var exchanges = new List<ScriptedExchange>();
            while (exchanges.Count < AtOnce)
                exchanges.Add(await llm.NextExchange());
            await leave.CancelAsync();
            await Task.WhenAll(asking).OrHang();
            await Task.WhenAll(exchanges.Select(exchange => exchange.PeerClosed)).OrHang("the LLM server's connections to close");
        }
    }

    private static async Task AskAsync(HttpClient client, CancellationToken leave)
    {
        try
        {
            using var answer = await client.ChatUntil(stream: true, leave);
            await answer.Content.CopyToAsync(Stream.Null, leave);
        }
        catch (Exception exception) when (exception is OperationCanceledException or HttpRequestException or IOException)
        {
            return;
        }

        Assert.Fail("an answer came to its end although its client left");
    }

    // Each request's last line is logged when it is over, but sockets are closed a moment later: looked at until it is so, or until the guard says that it never is.
    private static async Task QuietAsync(Cluster cluster, ActiveRequests active, int handles)
    {
        var atBroker = cluster.Broker.GetRequiredService<InFlightRequests>();
        var atConnector = cluster.Connector.Services.GetRequiredService<InFlightRequests>();
        await Task.Run(
            async () =>
            {
                // Three requests stay, for as long as the connector does: its control connection and its two channels.
                while (atBroker.Count > 0 || atConnector.Count > 0 || active.InTunnel > 0 || active.AtServers > 3 || Handles() > handles)
                    await Task.Delay(TimeSpan.FromMilliseconds(20), Token);
            },
            Token).OrHang($"quiet; now broker {atBroker.Count}, connector {atConnector.Count}, streams {active.InTunnel}, servers {active.AtServers}, handles {Handles()}");
    }

    private static int Handles() => Directory.Exists("/proc/self/fd") ? Directory.GetFileSystemEntries("/proc/self/fd").Length : 0;

    /// <summary>What the servers of this process count as requests under way.</summary>
    private sealed class ActiveRequests : IDisposable
    {
        private readonly MeterListener _listener = new();
        private long _atServers;
        private long _inTunnel;

        public ActiveRequests()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name is "http.server.active_requests" or "remotellm.requests.active")
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref _atServers, value));
            _listener.SetMeasurementEventCallback<int>((_, value, _, _) => _inTunnel += value);
            _listener.Start();
        }

        public long AtServers => Volatile.Read(ref _atServers);

        /// <summary>What broker and connector count as inside the tunnel, read anew.</summary>
        public long InTunnel
        {
            get
            {
                _inTunnel = 0;
                _listener.RecordObservableInstruments();
                return _inTunnel;
            }
        }

        public void Dispose() => _listener.Dispose();
    }
}
