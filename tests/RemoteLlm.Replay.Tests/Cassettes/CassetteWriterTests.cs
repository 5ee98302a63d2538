using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using RemoteLlm.Replay.Cassettes;
using RemoteLlm.Replay.Matching;
using RemoteLlm.Replay.Tests.Matching;
using RemoteLlm.Testing;

namespace RemoteLlm.Replay.Tests.Cassettes;

public sealed class CassetteWriterTests
{
    private static readonly IncomingRequest Plain = new("POST", "/v1/x", [], Encoding.UTF8.GetBytes("{}"));

    private static readonly string[] Fragments =
    [
        "data: ", "{\"a\":1}", "\n", "\n\n", "\r\n", " ", "  ", "\t", "'", "\"", "\\", ":", "- ", "#", "%", "&", "*", "!", "|", ">", "---", "...", "é", "漢", "😀", "\u0000", "\u001b", "\u0085", "\u2028", "\ufeff", "\ufffd", "\u200d", "null", "true", "1", "~",
    ];

    [Fact]
    public void Write_AnyBytes_AreReadBackAsTheyWere() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[][]>(), chunks => SurvivesAsChunks([.. chunks.Where(bytes => bytes is { Length: > 0 })])).Check(Draws.Properties(100));

    [Fact]
    public void Write_AnyText_IsReadBackAsItWas() =>
        Check.One(
            Draws.Properties(2000),
            Prop.ForAll(Gen.Elements(Fragments).ListOf().Select(parts => string.Concat(parts)).ToArbitrary(), text => SurvivesAsChunks([Encoding.UTF8.GetBytes(text + "x"), Encoding.UTF8.GetBytes("x" + text)]) && SurvivesAsBody(text)));

    [Fact]
    public void Write_AnyMessage_MatchesTheRequestThatItWasMadeFrom() =>
        Check.One(
            Draws.Properties(1000),
            Prop.ForAll(Gen.Elements(Fragments).ListOf().Select(parts => string.Concat(parts)).ToArbitrary(), Matches));

    [Theory]
    [InlineData("""{"model":"m","n":1.50,"flags":[true,false,null],"empty":{},"none":[],"null":null,"stream":false}""")]
    [InlineData("""[1,[],{"a":"b"}]""")]
    [InlineData("{\"model\":")]
    [InlineData("\"text\"")]
    [InlineData("")]
    [InlineData("""{"a":1,"a":2}""")]
    public void Write_Request_MatchesItself(string body)
    {
        var request = new IncomingRequest("POST", "/v1/x", [KeyValuePair.Create("q", "a: b")], Encoding.UTF8.GetBytes(body));

        Assert.Empty(RoundTrip(request, Response("{}")).Request.Compare(request));
    }

    [Fact]
    public void Write_LongText_IsKeptAsADigestThatStillTellsRequestsApart()
    {
        var image = "data:image/png;base64," + new string('A', 10_000);
        var request = With(image);
        var cassette = RoundTrip(request, Response("{}"));

        Assert.Empty(cassette.Request.Compare(request));
        Assert.NotEmpty(cassette.Request.Compare(With(image + "B")));
    }

    [Fact]
    public void Write_BodyThatIsNotText_IsKeptAsADigest()
    {
        var request = new IncomingRequest("POST", "/v1/x", [], new byte[] { 0xFF, 0x00, 0xFE });
        var cassette = RoundTrip(request, Response("{}"));

        Assert.Empty(cassette.Request.Compare(request));
        Assert.NotEmpty(cassette.Request.Compare(Plain));
    }

    [Fact]
    public void Write_Form_MatchesItselfAndTellsFilesAndFieldsApart()
    {
        var request = FormMatcherTests.Form(("model", "m"), ("a: b", "true"), ("list[]", "1"), ("list[]", ""), ("prompt", new string('x', 5000)));
        var cassette = RoundTrip(request, Response("{}"));

        Assert.Empty(cassette.Request.Compare(request));
        Assert.Equal("m", cassette.Request.Model);
        Assert.Equal(
            ["a: b", "list[]", "prompt"],
            cassette.Request.Compare(FormMatcherTests.Form(("model", "m"), ("a: b", "false"), ("list[]", "1"))).Select(mismatch => mismatch.At));
    }

    [Fact]
    public void Write_AnyForm_MatchesTheRequestThatItWasMadeFrom() =>
        Check.One(
            Draws.Properties(1000),
            Prop.ForAll(Gen.Elements(Fragments).ListOf().Select(parts => string.Concat(parts)).ToArbitrary(), text =>
            {
                var request = FormMatcherTests.Form(("model", text), ("other", text + text), ("other", "x"));
                return RoundTrip(request, Response("{}")).Request.Compare(request).Count == 0;
            }));

    [Fact]
    public void Write_StatusWaitHeadersAndEnd_AreReadBack()
    {
        var response = new CassetteResponse(
            429,
            [new CassetteHeader("Retry-After", ["1"]), new CassetteHeader("X-Empty", [""]), new CassetteHeader("X-Two", ["a: b", "#c"])],
            TimeSpan.FromMilliseconds(12),
            Streamed: true,
            [new CassetteChunk(TimeSpan.FromMilliseconds(3), new byte[] { 1 })],
            ResponseEnd.Close);

        var read = RoundTrip(Plain, response).Response;

        Assert.Equal((429, response.After, true, ResponseEnd.Close), (read.Status, read.After, read.Streamed, read.End));
        Assert.Equal(response.Headers.Select(header => (header.Name, string.Join('|', header.Values))), read.Headers.Select(header => (header.Name, string.Join('|', header.Values))));
        Assert.Equal(response.Chunks[0].After, read.Chunks[0].After);
    }

    private static bool Matches(string text)
    {
        var request = With(text);
        return RoundTrip(request, Response("{}")).Request.Compare(request).Count == 0;
    }

    private static IncomingRequest With(string text) =>
        new("POST", "/v1/x", [], JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object> { ["model"] = text, ["n" + text] = new[] { text } }));

    private static bool SurvivesAsBody(string text) =>
        RoundTrip(Plain, Response(text)).Response.Chunks.SelectMany(chunk => chunk.Bytes.ToArray()).SequenceEqual(Encoding.UTF8.GetBytes(text));

    private static bool SurvivesAsChunks(byte[][] chunks)
    {
        var written = new CassetteResponse(200, [], TimeSpan.Zero, Streamed: true, [.. chunks.Select(bytes => new CassetteChunk(TimeSpan.Zero, bytes))], ResponseEnd.Complete);
        var read = RoundTrip(Plain, written).Response.Chunks;
        return read.Count == chunks.Length && read.Zip(chunks).All(pair => pair.First.Bytes.Span.SequenceEqual(pair.Second));
    }

    private static CassetteResponse Response(string body) =>
        new(200, [], TimeSpan.Zero, Streamed: false, [new CassetteChunk(TimeSpan.Zero, Encoding.UTF8.GetBytes(body))], ResponseEnd.Complete);

    private static Cassette RoundTrip(IncomingRequest request, CassetteResponse response) =>
        CassetteReader.Read("c", CassetteWriter.Write("a test", request, response));
}
