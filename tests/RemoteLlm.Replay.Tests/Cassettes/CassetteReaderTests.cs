using System.Text;
using RemoteLlm.Replay.Cassettes;
using RemoteLlm.Testing;

namespace RemoteLlm.Replay.Tests.Cassettes;

public sealed class CassetteReaderTests
{
    private const string Request = "request: { method: post, path: /v1/x }\n";

    [Fact]
    public void Read_Chunks_KeepsBytesWaitsAndEnd()
    {
        var cassette = CassetteReader.Read("c", """
            source: hand-written
            request: { method: post, path: /v1/x, query: { a: "1" } }
            response:
              status: 201
              after_ms: 7
              headers: { X-One: "1", X-Two: [a, b] }
              end: cut
              chunks:
                - text: "é\n"
                - after_ms: 15
                  base64: w6k=
            """);

        Assert.Equal("POST", cassette.Request.Method);
        Assert.Equal([KeyValuePair.Create("a", "1")], cassette.Request.Query);
        Assert.Equal((201, TimeSpan.FromMilliseconds(7), true, ResponseEnd.Cut), (cassette.Response.Status, cassette.Response.After, cassette.Response.Streamed, cassette.Response.End));
        Assert.Equal(["a", "b"], cassette.Response.Headers[1].Values);
        Assert.Equal(["é\n", "é"], cassette.Response.Chunks.Select(chunk => Encoding.UTF8.GetString(chunk.Bytes.Span)));
        Assert.Equal([0, 15], cassette.Response.Chunks.Select(chunk => chunk.After.TotalMilliseconds));
    }

    [Theory]
    [InlineData("source: s\n" + Request + "response: { statsu: 200 }", "c.yaml:3:21: response has no member 'statsu'")]
    [InlineData("source: s\n" + Request + "response: { status: 99 }", "c.yaml:3:21: 'status' must be a whole number from 200 to 599")]
    [InlineData("source: s\n" + Request + "response: { body: a, chunks: [] }", "both a body and chunks")]
    [InlineData("source: s\n" + Request + "response: { body: a, end: cut }", "'end: cut' needs 'chunks'")]
    [InlineData("source: s\n" + Request + "response: { end: maybe }", "complete, close or cut")]
    [InlineData("source: s\n" + Request + "response: { chunks: [ { after_ms: 1 } ] }", "a chunk needs bytes")]
    [InlineData("source: s\n" + Request + "response: { body_base64: '%' }", "is not base64")]
    [InlineData("source: s\n" + Request + "response: { headers: { Transfer-Encoding: chunked } }", "frames the message")]
    [InlineData("source: s\n" + Request, "a cassette needs 'response'")]
    [InlineData("source: s\nrequest: { method: GET, path: /a?b=1 }\nresponse: {}", "hold no query")]
    [InlineData("source: s\nrequest: { method: GET, path: /a, body: { x: !nearly 1 } }\nresponse: {}", "c.yaml:2:46: a rule is !any")]
    [InlineData("source: s\nrequest: { method: POST, path: /a, body: x, form: { a: b } }\nresponse: {}", "exclude each other")]
    [InlineData("source: s\nrequest: { method: POST, path: /a, form: x }\nresponse: {}", "form must have members")]
    [InlineData(Request + "response: {}", "'source' must say where the content came from")]
    [InlineData("source: s\nrequest: ]", "c.yaml:2:10: ")]
    [InlineData("", "one YAML document")]
    public void Read_Mistake_SaysWhereAndWhat(string yaml, string part)
    {
        var error = Assert.Throws<CassetteException>(() => CassetteReader.Read("c", yaml));

        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromDirectory_NoFolderOrNoCassette_SaysSo()
    {
        using var folder = new TemporaryFolder();

        Assert.Contains("holds no *.yaml", Assert.Throws<CassetteException>(() => CassetteFiles.FromDirectory(folder.Path)).Message, StringComparison.Ordinal);
        Assert.Contains("does not exist", Assert.Throws<CassetteException>(() => CassetteFiles.FromDirectory(folder["none"])).Message, StringComparison.Ordinal);
    }
}
