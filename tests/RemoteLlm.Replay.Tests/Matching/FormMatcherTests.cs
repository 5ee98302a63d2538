using System.Text;
using RemoteLlm.Replay.Cassettes;
using RemoteLlm.Replay.Matching;

namespace RemoteLlm.Replay.Tests.Matching;

public sealed class FormMatcherTests
{
    private const string Boundary = "----FormBoundary7MA4YWxk";

    [Theory]
    [InlineData("{ model: m }", true)]
    [InlineData("{ model: n }", false)]
    [InlineData("{ model: m, file: !any , stream: true, temperature: 0.50 }", true)]
    [InlineData("{ stream: 'true', temperature: '0.5' }", true)]
    [InlineData("{ stream: false }", false)]
    [InlineData("{ temperature: '0.50' }", false)]
    [InlineData("{ prompt: !any }", false)]
    [InlineData("{ prompt: !absent , other: false }", true)]
    [InlineData("{ file: !absent }", false)]
    [InlineData("{ 'timestamp_granularities[]': [ word, segment ] }", true)]
    [InlineData("{ 'timestamp_granularities[]': [ segment, word ] }", false)]
    [InlineData("{ 'timestamp_granularities[]': [ word ] }", false)]
    [InlineData("{ 'timestamp_granularities[]': !contains seg }", true)]
    [InlineData("{ 'timestamp_granularities[]': word }", false)]
    [InlineData("{ model: [ m ] }", true)]
    [InlineData("{ chunking: { type: server_vad } }", true)]
    [InlineData("{ file: !sha256 bcfed0953b1d5230943b1c7ab0ba88e3be72cd4787582a601d3f7c55a294c917 }", true)]
    [InlineData("{ file: !sha256 2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881 }", false)]
    public void Compare_Form_MatchesAsTheRuleSays(string rules, bool matches)
    {
        var form = Form(
            ("model", "m"),
            ("stream", "true"),
            ("temperature", "0.5"),
            ("timestamp_granularities[]", "word"),
            ("timestamp_granularities[]", "segment"),
            ("chunking", """{"type":"server_vad"}"""));

        Assert.Equal(matches, Matcher(rules).Compare(form).Count == 0);
    }

    [Fact]
    public void Compare_FormAgainstOtherBodies_SaysWhatWasWanted()
    {
        Assert.Equal("body: wants a multipart form, got something else", Assert.Single(Matcher("{ model: m }").Compare(new IncomingRequest("POST", "/", [], "{}"u8.ToArray()))).ToString());
        Assert.Equal("body: wants a multipart form, got no body", Assert.Single(Matcher("{ model: m }").Compare(new IncomingRequest("POST", "/", [], default))).ToString());
        Assert.Equal("model: wants \"m\", got \"n\"", Assert.Single(Matcher("{ model: m, file: !any }").Compare(Form(("model", "n")))).ToString());
    }

    [Fact]
    public void Model_OfAForm_IsNamed() => Assert.Equal("m", Matcher("{ file: !any , model: m }").Model);

    [Fact]
    public void Form_PreambleQuotesPaddingAndLineEndsInAFile_AreReadAsRfc2046Says()
    {
        var body = $"preamble\r\n--{Boundary} \t\r\ncontent-type: text/plain\r\ncontent-disposition: form-data; name=file; filename=\"ä.txt\"\r\n\r\n\r\n--no boundary\r\n\r\n--{Boundary}\r\nContent-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n--{Boundary}--\r\nepilogue";

        var form = MultipartForm.Read($"Multipart/Form-Data; charset=utf-8; boundary=\"{Boundary}\"", Encoding.UTF8.GetBytes(body));

        Assert.Equal([("file", "ä.txt", "\r\n--no boundary\r\n"), ("empty", null, "")], form!.Select(field => (field.Name, field.FileName, field.Text())));
    }

    [Theory]
    [InlineData("application/json", "{}")]
    [InlineData("multipart/form-data", "--x\r\n\r\n\r\n--x--")]
    [InlineData("multipart/form-data; boundary=x", "")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=a\r\n\r\nno end")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Type: text/plain\r\n\r\nno name\r\n--x--")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nno value\r\n--x--")]
    public void Form_BodyThatIsNone_IsNull(string contentType, string body) =>
        Assert.Null(MultipartForm.Read(contentType, Encoding.UTF8.GetBytes(body)));

    /// <summary>The fields, and a file of four bytes that are no text.</summary>
    internal static IncomingRequest Form(params (string Name, string Value)[] fields)
    {
        using var body = new MemoryStream();
        foreach (var (name, value) in fields)
        {
            body.Write(Encoding.UTF8.GetBytes($"--{Boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
        }

        body.Write(Encoding.UTF8.GetBytes($"--{Boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\nContent-Type: audio/wav\r\n\r\n"));
        body.Write([0xFF, 0x00, 0xFE, 0x0D]);
        body.Write(Encoding.UTF8.GetBytes($"\r\n--{Boundary}--\r\n"));
        return new IncomingRequest("POST", "/", [], body.ToArray(), $"multipart/form-data; boundary={Boundary}");
    }

    private static RequestMatcher Matcher(string form) =>
        CassetteReader.Read("c", $"source: s\nrequest: {{ method: POST, path: /, form: {form} }}\nresponse: {{ body: x }}").Request;
}
