using System.Net;
using RemoteLlm.EndToEnd.Tests.Clusters;

namespace RemoteLlm.EndToEnd.Tests.Sharing;

/// <summary>Several servers of one model, each with so many slots, whose requests end when the test says so.</summary>
internal sealed class SharedServers : IAsyncDisposable
{
    private readonly List<ScriptedLlmServer> _servers = [];
    private readonly List<Turnstile> _gates = [];
    private readonly int[] _arrived;
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Cluster? _cluster;

    private SharedServers(int servers) => _arrived = new int[servers];

    /// <summary>Requests that reached each server.</summary>
    public IReadOnlyList<int> Arrived
    {
        get
        {
            lock (_gate)
                return [.. _arrived];
        }
    }

    public static async Task<SharedServers> Start(params int[] slots)
    {
        var shared = new SharedServers(slots.Length);
        for (var i = 0; i < slots.Length; i++)
        {
            var (number, gate) = (i, new Turnstile());
            shared._gates.Add(gate);
            shared._servers.Add(new ScriptedLlmServer(async exchange =>
            {
                // What the connector asks about the server itself.
                if (exchange.Request.Method == "GET")
                {
                    await exchange.SendJson("{}", 404);
                    return;
                }

                shared.Count(number);
                await gate.Pass(exchange.PeerGone);
                await LlmScripts.Stream("one", "two")(exchange);
            }));
        }

        var entries = shared._servers.Select((server, i) => $$"""{"name":"s{{i}}","kind":"generic","url":"{{server.Url}}","max_concurrent":{{slots[i]}}}""");
        shared._cluster = await Cluster.Start(shared._servers[0].Url, new ClusterOptions { Servers = $$"""{"servers":[{{string.Join(',', entries)}}]}""" });
        return shared;
    }

    /// <summary>Sends streamed requests, all at once, each a conversation of its own.</summary>
    public IReadOnlyList<Task<StreamedAnswer>> Ask(int count) => [.. Enumerable.Range(0, count).Select(_ => StreamedAnswer.Of(_cluster!.Client.Chat(stream: true)))];

    /// <summary>Lets so many requests at each server end.</summary>
    public void End(params int[] counts)
    {
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] > 0)
                _gates[i].Release(counts[i]);
        }
    }

    /// <summary>The server is gone, and all its connections with it.</summary>
    public void Kill(int server)
    {
        _servers[server].Refuse();
        _servers[server].CutAll();
    }

    /// <summary>Waits until so many requests are at each server, none having ended.</summary>
    public Task UntilRunning(params int[] counts) => UntilArrived(counts);

    /// <summary>Waits until so many requests have reached each server, and no more.</summary>
    public async Task UntilArrived(params int[] counts)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_arrived.AsSpan().SequenceEqual(counts))
                    return;
                Assert.False(_arrived.Zip(counts).Any(static pair => pair.First > pair.Second), $"more arrived than is possible: {string.Join(' ', _arrived)} for {string.Join(' ', counts)}");
                changed = _changed.Task;
            }

            await changed.OrHang($"{string.Join(' ', counts)} requests; there are {string.Join(' ', Arrived)}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        foreach (var server in _servers)
            await server.DisposeAsync();
        foreach (var gate in _gates)
            gate.Dispose();
    }

    private void Count(int server)
    {
        lock (_gate)
        {
            _arrived[server]++;
            _changed.TrySetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}

/// <summary>A streamed answer as its client saw it.</summary>
/// <param name="Status">The status.</param>
/// <param name="IsWhole">Whether it came to its end in good order.</param>
internal sealed record StreamedAnswer(HttpStatusCode Status, bool IsWhole)
{
    public static async Task<StreamedAnswer> Of(Task<HttpResponseMessage> asking)
    {
        using var answer = await asking;
        var text = await answer.Text();
        return new StreamedAnswer(answer.StatusCode, text.EndsWith("data: [DONE]\n\n", StringComparison.Ordinal) && !text.Contains("error", StringComparison.Ordinal));
    }
}
