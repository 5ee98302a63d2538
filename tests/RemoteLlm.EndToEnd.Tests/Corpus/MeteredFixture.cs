using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Replay.Cassettes;

namespace RemoteLlm.EndToEnd.Tests.Corpus;

/// <summary>An LLM server that plays cassettes behind a connector whose broker is a stand-in: it shows what the connector books and reports behind an answer.</summary>
public sealed class MeteredFixture : IAsyncLifetime
{
    private static readonly KeyDigest s_alice = ApiKey.Hash(TestUsers.AliceKey);

    private CorpusServer _server = null!;
    private StandInBroker _broker = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await CorpusServer.Start();
        var alice = new RosterEntry("alice", "laptop", DerivedCredential.FingerprintOf(s_alice, StandInBroker.ConnectorId), RequestLimits.None);
        _broker = await StandInBroker.Start(_server.Url, new Roster(1, [alice]));
    }

    public async ValueTask DisposeAsync()
    {
        await _broker.DisposeAsync();
        await _server.DisposeAsync();
    }

    /// <summary>Has a cassette played, reads the answer to its end, and returns what was booked.</summary>
    internal async Task<(string Trailer, string LogLine)> Ask(Cassette cassette)
    {
        _server.Next = new CorpusAnswer(cassette.Response, AnswerPieces.Of(cassette.Response, Chunking.AsRecorded), null);
        using var request = CorpusRequest.Plain(cassette);
        using var answer = await _broker.Send(
            request.Method, cassette.Request.Path, request.Content,
            ("x-request-id", cassette.Name), (TunnelHeaders.Credential, DerivedCredential.Format(DerivedCredential.Derive(s_alice, StandInBroker.ConnectorId))));
        await CorpusReply.Read(answer, null);
        var trailer = answer.TrailingHeaders.TryGetValues(TunnelHeaders.Usage, out var values) ? values.Single() : "";
        return (trailer, (await _broker.Connector.Logs.Until($"Request {cassette.Name} ")).Message);
    }
}
