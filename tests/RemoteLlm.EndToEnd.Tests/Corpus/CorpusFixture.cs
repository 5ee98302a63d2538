using System.Collections.Concurrent;
using RemoteLlm.Replay.Cassettes;

namespace RemoteLlm.EndToEnd.Tests.Corpus;

/// <summary>One LLM server that plays cassettes, and the two ways to it: direct, and through broker and connector.</summary>
public sealed class CorpusFixture : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, CorpusReply> _direct = new(StringComparer.Ordinal);
    private CorpusServer _server = null!;
    private Cluster _cluster = null!;
    private HttpClient _client = null!;

    /// <summary>The body of the request that the LLM server saw last.</summary>
    internal ReadOnlyMemory<byte> Asked => _server.Asked;

    public async ValueTask InitializeAsync()
    {
        _server = await CorpusServer.Start();
        _cluster = await Cluster.Start(_server.Url, new ClusterOptions { WithoutConnector = true });
        await _cluster.StartConnector();
        await _cluster.UntilServed(CorpusCassettes.Models[0]);
        _client = TestClient.Create(_server.Url, key: null);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _cluster.DisposeAsync();
        await _server.DisposeAsync();
    }

    /// <summary>What a client of the LLM server itself receives.</summary>
    internal async Task<CorpusReply> Direct(Cassette cassette)
    {
        if (_direct.TryGetValue(cassette.Name, out var known))
            return known;
        _server.Next = new CorpusAnswer(cassette.Response, AnswerPieces.Of(cassette.Response, Chunking.AsRecorded), null);
        using var request = CorpusRequest.Plain(cassette);
        // Some cassettes close their connection unannounced, which the next request on it would meet.
        request.Headers.ConnectionClose = true;
        using var answer = await _client.Ask(request);
        return _direct[cassette.Name] = await CorpusReply.Read(answer, null);
    }

    /// <summary>What a client of the broker receives.</summary>
    /// <param name="cassette">What the LLM server plays.</param>
    /// <param name="chunking">How it cuts it.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="inStep">Each piece waits until the client has those before: only where the relay may hold nothing back.</param>
    internal async Task<CorpusReply> Relayed(Cassette cassette, Chunking chunking, HttpRequestMessage request, bool inStep = false)
    {
        var delivery = inStep ? new Delivery() : null;
        _server.Next = new CorpusAnswer(cassette.Response, AnswerPieces.Of(cassette.Response, chunking), delivery);
        using var answer = await _cluster.Client.Ask(request);
        return await CorpusReply.Read(answer, delivery);
    }
}
