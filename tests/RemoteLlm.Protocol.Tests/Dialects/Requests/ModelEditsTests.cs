using System.Text;
using RemoteLlm.Protocol.Dialects.Requests;

namespace RemoteLlm.Protocol.Tests.Dialects.Requests;

/// <summary>A body is made to name another model, wherever it names one, and is otherwise the same.</summary>
public sealed class ModelEditsTests
{
    [Theory]
    [InlineData("""{"model":"a","x":{"model":"a"}}""", """{"model":"new","x":{"model":"a"}}""")]
    [InlineData("""{ "x":1, "mo\u0064el" : "\u0061"}""", """{ "x":1, "mo\u0064el" : "new"}""")]
    [InlineData("""{"model":"a","stream":true,"model":"b"}""", """{"model":"new","stream":true,"model":"new"}""")]
    [InlineData("""{"model":7,"model":{"a":[1]},"model":null,"model":false,"model":true , "model":"b"}""", """{"model":"new","model":"new","model":"new","model":"new","model":"new" , "model":"new"}""")]
    [InlineData("""{"model":[{"model":"x"}],"model":"new"}""", """{"model":"new","model":"new"}""")]
    [InlineData("""{"name":"a"}""", """{"name":"new"}""")]
    [InlineData("""{"name":"a","model":"b","name":{"x":1}}""", """{"name":"new","model":"new","name":"new"}""")]
    [InlineData("""{"model":"","name":"a"}""", """{"model":"new","name":"new"}""")]
    [InlineData("""{"model":"new"}""", """{"model":"new"}""")]
    [InlineData("""{"model":"n\u0065w"}""", """{"model":"n\u0065w"}""")]
    [InlineData(""" { "x":1}""", """ {"model":"new", "x":1}""")]
    [InlineData("""{}""", """{"model":"new"}""")]
    public void Every_place_that_names_a_model_is_changed_at_every_split(string body, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        for (var split = 0; split <= bytes.Length; split++)
        {
            var scanner = Scanned(bytes[..split], bytes[split..]);
            Assert.Equal(expected, RequestText.With(body, RequestEdits.Combine(scanner, [.. scanner.ModelEdits("new")!])));
        }
    }

    [Theory]
    [InlineData("größe/漢-😀:8b")]
    [InlineData("a\"b\\c\n\u0001\u2028</script>")]
    public void Any_name_is_written_as_JSON(string name)
    {
        var scanner = Scanned("{\"model\":\"a\",\"x\":1}"u8.ToArray());
        var changed = RequestText.With("{\"model\":\"a\",\"x\":1}", scanner.ModelEdits(name)!);

        Assert.Equal(name, Scanned(Encoding.UTF8.GetBytes(changed)).Model);
    }

    [Fact]
    public void What_no_body_can_name_is_refused()
    {
        foreach (var name in (string[])["", "half \ud800 of a pair"])
        {
            Assert.Null(Scanned("{\"model\":\"a\"}"u8.ToArray()).ModelEdits(name));
            Assert.Null(Form(MultipartText.Body(MultipartText.Model("a"))).ModelEdits(name));
        }
    }

    [Fact]
    public void An_unfinished_body_is_not_changed()
    {
        var scanner = new RequestScanner();
        scanner.Scan("{\"model\":\"a\""u8);

        Assert.Throws<InvalidOperationException>(() => scanner.ModelEdits("b"));
        Assert.Throws<InvalidOperationException>(() => MultipartText.Scanner().ModelEdits("b"));
    }

    [Theory]
    [InlineData(256, true)]
    [InlineData(257, false)]
    public void A_member_that_comes_over_and_over_is_refused(int times, bool accepted)
    {
        var scanner = new RequestScanner();
        scanner.Scan(Encoding.UTF8.GetBytes("{" + string.Join(',', Enumerable.Repeat("\"model\":\"a\"", times)) + "}"));

        Assert.Equal(accepted ? RequestScanState.Complete : RequestScanState.Malformed, scanner.Finish());
    }

    [Theory]
    [InlineData("name=\"model\"", "")]
    [InlineData("name=\"model\"", "Content-Length: 5\r\n")]
    [InlineData("name=\"model\"", "content-length:\t 05 \r\nContent-Type: text/plain\r\n")]
    public void A_form_names_another_model_at_every_split(string name, string headers)
    {
        var body = MultipartText.Body(MultipartText.Part("name=\"file\"; filename=\"x\"", "\0\0"), MultipartText.Part(name, "whisp", headers), MultipartText.Part("name=\"prompt\"", "whisp"));
        var expected = MultipartText.Body(
            MultipartText.Part("name=\"file\"; filename=\"x\"", "\0\0"), MultipartText.Part(name, "größe/漢", headers.Replace("05", "5").Replace("5", "11")), MultipartText.Part("name=\"prompt\"", "whisp"));
        var bytes = Encoding.UTF8.GetBytes(body);
        for (var split = 0; split <= bytes.Length; split++)
        {
            var scanner = MultipartText.Scanner();
            scanner.Scan(bytes.AsSpan(0, split));
            scanner.Scan(bytes.AsSpan(split));
            Assert.Equal(RequestScanState.Complete, scanner.Finish());
            Assert.Equal(expected, RequestText.With(body, RequestEdits.Combine(scanner, [.. scanner.ModelEdits("größe/漢")!])));
        }

        Assert.Equal("größe/漢", Form(expected).Model);
        Assert.Empty(Form(expected).ModelEdits("größe/漢")!);
    }

    [Theory]
    [InlineData("--XyZ--\r\n")]
    [InlineData("--XyZ\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n\r\n--XyZ--\r\n")]
    [InlineData("--XyZ\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\ny\r\n--XyZ--")]
    public void A_form_without_a_model_gets_one(string body)
    {
        var scanner = Form(body);

        Assert.Equal("m", Form(RequestText.With(body, scanner.ModelEdits("m")!)).Model);
    }

    [Theory]
    [InlineData("a\r\nb")]
    [InlineData("a\n")]
    [InlineData("a\0")]
    [InlineData("a\u007f")]
    [InlineData("a--XyZ")]
    public void A_name_that_would_break_a_form_is_refused(string name) => Assert.Null(Form(MultipartText.Body(MultipartText.Model("a"))).ModelEdits(name));

    private static RequestScanner Scanned(params byte[][] pieces)
    {
        var scanner = new RequestScanner(modelAlias: "name");
        foreach (var piece in pieces)
            scanner.Scan(piece);
        Assert.True(scanner.Finish() == RequestScanState.Complete, scanner.Fault?.Reason);
        return scanner;
    }

    private static MultipartScanner Form(string body)
    {
        var scanner = MultipartText.Scanner();
        scanner.Scan(Encoding.UTF8.GetBytes(body));
        Assert.True(scanner.Finish() == RequestScanState.Complete, scanner.Fault?.Reason);
        return scanner;
    }
}
