using System.Globalization;
using RemoteLlm.Testing.Faults;

namespace RemoteLlm.EndToEnd.Tests.Clusters;

/// <summary>
/// Streams of numbered chunks, all running at once. The LLM server sends as many chunks of each as the test has released; every client checks
/// that it has every chunk once and in order.
/// <code>
/// await using var streams = await NumberedStreams.Start(cluster, llm, streams: 20, chunks: 500);
/// streams.Release(100);
/// await streams.UntilEachHas(100);
/// cluster.Line.Cut();
/// streams.Release(400);
/// await streams.Finished;
/// </code>
/// </summary>
internal sealed class NumberedStreams : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<Turnstile> _turnstiles = [];
    private readonly List<HttpResponseMessage> _answers = [];
    private readonly int[] _received;
    private readonly int _chunks;
    private TaskCompletionSource _progress = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private NumberedStreams(int streams, int chunks) => (_received, _chunks) = (new int[streams], chunks);

    /// <summary>Completes when every client has all its chunks and <c>[DONE]</c>; fails at the first that misses one, has one twice, or has an error.</summary>
    public Task Finished { get; private set; } = Task.CompletedTask;

    /// <summary>Sends the requests, and returns when each has its answer's headers.</summary>
    public static async Task<NumberedStreams> Start(Cluster cluster, ScriptedLlmServer llm, int streams, int chunks)
    {
        var started = new NumberedStreams(streams, chunks);
        llm.Script = started.Serve;
        for (var stream = 0; stream < streams; stream++)
        {
            var answer = await cluster.Client.Chat(stream: true);
            started._answers.Add(answer);
        }

        started.Finished = Task.WhenAll(started._answers.Select((answer, stream) => started.Read(answer, stream)));
        return started;
    }

    /// <summary>Lets the LLM server send so many more chunks of every stream.</summary>
    public void Release(int chunks)
    {
        lock (_gate)
        {
            foreach (var turnstile in _turnstiles)
                turnstile.Release(chunks);
        }
    }

    /// <summary>Completes when every client has received so many chunks; fails when a stream does.</summary>
    public async Task UntilEachHas(int chunks)
    {
        while (true)
        {
            Task progress;
            lock (_gate)
            {
                if (_received.All(received => received >= chunks))
                    return;
                progress = _progress.Task;
            }

            if (await Task.WhenAny(progress, Finished).OrHang($"every stream to have {chunks} chunks") == Finished)
                await Finished;
        }
    }

    /// <summary>
    /// Runs the streams to their end and cuts the line so many times on the way, each time while chunks of every stream are on it. Which chunks
    /// those are, the seed decides.
    /// </summary>
    public async Task FinishOver(FaultyLine line, int cuts, int seed)
    {
        var random = new Random(seed);
        var batch = _chunks / (cuts + 1);
        Release(batch);
        for (var cut = 1; cut <= cuts; cut++)
        {
            await UntilEachHas(batch * cut);
            var strike = line.UntilPassed(line.Passed + random.Next(batch * _received.Length * 100));
            Release(batch);
            await strike.OrHang();
            line.Cut();
        }

        Release(_chunks - (batch * (cuts + 1)));
        await Finished;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var answer in _answers)
            answer.Dispose();
        await Finished.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).OrHang();
        foreach (var turnstile in _turnstiles)
            turnstile.Dispose();
    }

    private async Task Serve(ScriptedExchange exchange)
    {
        var turnstile = new Turnstile();
        lock (_gate) _turnstiles.Add(turnstile);
        await exchange.SendHeaders();
        for (var chunk = 0; chunk < _chunks; chunk++)
        {
            await turnstile.Pass(exchange.PeerGone);
            await exchange.SendEvent(LlmScripts.Delta(chunk.ToString(CultureInfo.InvariantCulture)));
        }

        await exchange.SendEvent("[DONE]");
    }

    private async Task Read(HttpResponseMessage answer, int stream)
    {
        await using var events = await answer.Events();
        for (var chunk = 0; chunk < _chunks; chunk++)
        {
            Assert.Equal(chunk.ToString(CultureInfo.InvariantCulture), await events.NextText());
            lock (_gate)
            {
                _received[stream]++;
                _progress.SetResult();
                _progress = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        Assert.Equal("[DONE]", await events.Next());
        Assert.Null(await events.Next());
    }
}
