using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Broker.Tests.Connectors;

/// <summary>What connectors report of their servers and queues is kept with the session, within bounds.</summary>
public sealed class ReportedStatusTests : IAsyncDisposable
{
    private static readonly ServerStatus s_ollama = new("ollama", "ollama", Healthy: true) { Slots = 4, Busy = 3, Models = ["a", "b"] };

    private readonly SessionStage _stage = new();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    public void Report_is_the_sessions_and_models_that_it_leaves_out_are_those_of_before()
    {
        var session = _stage.Open("c1");
        Assert.Null(session.Status);

        _stage.Sessions.Report("c1", new ConnectorStatus([s_ollama], [new WaitingRequest("req_1", 2, 7)]));
        _stage.Sessions.Report("c1", new ConnectorStatus([s_ollama with { Busy = 4, Models = null }, new ServerStatus("new", "vllm", false) { Models = ["c"] }], [new WaitingRequest("req_1", 1, null)]));

        Assert.Equal([("ollama", 4, "a,b"), ("new", 0, "c")], session.Status!.Servers.Select(server => (server.Name, server.Busy, string.Join(',', server.Models!))));
        Assert.Equal((1, (int?)null), (session.Status.Find("req_1")!.Place, session.Status.Find("req_1")!.Wait));
        Assert.Null(session.Status.Find("req_2"));
    }

    [Fact]
    public void Without_its_control_connection_nothing_is_known_and_the_next_one_begins_anew()
    {
        var session = _stage.Open("c1");
        _stage.Sessions.Report("c1", new ConnectorStatus([s_ollama], []));
        var told = 0;
        _stage.Sessions.StatusReported += () => told++;

        _stage.Sessions.ControlLost("c1");
        Assert.Null(session.Status);
        Assert.Equal(1, told);

        Assert.False(session.Report("c1", new ConnectorStatus([s_ollama], [])));
        Assert.Null(session.Status);
    }

    [Fact]
    public void Nonsense_is_left_out_and_cut_to_bounds()
    {
        var session = _stage.Open("c1");
        _stage.Sessions.Report("c1", (ConnectorStatus)null!);
        _stage.Sessions.Report("c1", new ConnectorStatus(null!, []));
        _stage.Sessions.Report("c1", new ConnectorStatus([], null!));
        Assert.Null(session.Status);

        _stage.Sessions.Report("c1", new ConnectorStatus(
            [
                null!, new(null!, "x", true), new("", "x", true), new("line\nbreak", "x", true), new(new string('n', 257), "x", true), new("x", null!, true),
                s_ollama with { Busy = -1, Waiting = -7, Slots = -1, Latency = double.NaN, Problem = new string('p', 10_000), Models = ["m", null!, "", "tab\t", new string('m', 257)] }, s_ollama,
                .. Enumerable.Range(0, ConnectorStatus.MaxServers).Select(number => new ServerStatus($"s{number}", "vllm", true)),
            ],
            [null!, new(null!, 1, 1), new("", 1, 1), new("zero", 0, 1), new("good", 1, 1), new("good", 2, 1), .. Enumerable.Range(0, 2 * ConnectorStatus.MaxWaiting).Select(number => new WaitingRequest($"r{number}", 1, 1))]));

        var status = session.Status!;
        Assert.InRange(status.Servers.Count, 2, ConnectorStatus.MaxServers);
        Assert.InRange(status.Waiting, 2, ConnectorStatus.MaxWaiting);
        var server = status.Servers[0];
        Assert.Equal(("ollama", 0, 0, null, null, 500, "m"), (server.Name, server.Busy, server.Waiting, server.Slots, server.Latency, server.Problem!.Length, string.Join(',', server.Models!)));
        Assert.Single(status.Servers, one => one.Name == "ollama");
        Assert.Equal(1, status.Find("good")!.Place);
    }
}
