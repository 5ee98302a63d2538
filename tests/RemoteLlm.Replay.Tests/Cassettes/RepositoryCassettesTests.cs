using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Protocol.Dialects.Streams;
using RemoteLlm.Replay.Cassettes;
using RemoteLlm.Replay.Tests.Support;
using RemoteLlm.Testing;

namespace RemoteLlm.Replay.Tests.Cassettes;

public sealed class RepositoryCassettesTests
{
    private const string Answer = """
        source: hand-written for a test
        request: { method: POST, path: /v1/chat/completions, body: { model: m } }
        response: { body: "{}" }
        """;

    [Fact]
    public async Task No_cassette_of_the_repository_is_unused_or_empty() =>
        Assert.Empty(await CassetteAudit.Of(RunningReplay.RepositoryCassettes).OrHang());

    [Fact]
    public void Every_endpoint_that_crosses_the_tunnel_has_an_answer_and_a_stream_where_it_streams()
    {
        var answers = CassetteFiles.FromDirectory(RunningReplay.RepositoryCassettes).Where(cassette => cassette.Response.Status == 200).ToArray();
        var endpoints = ApiEndpoints.All.Where(endpoint => endpoint.Role != EndpointRole.Management).ToArray();

        Assert.Empty(endpoints.Where(endpoint => !Has(endpoint, streamed: false)).Select(endpoint => endpoint.Path));
        Assert.Empty(endpoints.Where(endpoint => endpoint.Stream != StreamFormat.None && !Has(endpoint, streamed: true)).Select(endpoint => endpoint.Path));

        bool Has(ApiEndpoint endpoint, bool streamed) =>
            answers.Any(cassette => ApiEndpoints.Find(cassette.Request.Path) == endpoint && cassette.Response.Streamed == streamed);
    }

    [Fact]
    public void Every_answer_is_what_its_content_type_says() =>
        Assert.Empty(CassetteFiles.FromDirectory(RunningReplay.RepositoryCassettes).SelectMany(AnswerContent.Faults));

    [Fact]
    public async Task Audit_CassetteThatAnotherHides_ReportsIt()
    {
        using var folder = new TemporaryFolder();
        folder.Write("first.yaml", Answer);
        folder.Write("second.yaml", Answer);

        Assert.Equal(["second is never played: another cassette answers all its requests"], await CassetteAudit.Of(folder.Path).OrHang());
    }

    [Fact]
    public async Task Audit_CassetteWithoutBytes_ReportsIt()
    {
        using var folder = new TemporaryFolder();
        folder.Write("hollow.yaml", Answer.Replace("\"{}\"", "\"\"", StringComparison.Ordinal));

        Assert.Equal(["hollow is empty"], await CassetteAudit.Of(folder.Path).OrHang());
    }

    [Fact]
    public void The_demo_cassettes_are_part_of_the_assembly()
    {
        var files = Directory.GetFiles(RunningReplay.RepositoryCassettes, "demo-*.yaml").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal);

        Assert.Equal(files, CassetteFiles.Embedded().Select(cassette => cassette.Name));
    }
}
