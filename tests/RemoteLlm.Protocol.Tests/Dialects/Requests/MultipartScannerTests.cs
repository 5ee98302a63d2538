using System.Buffers;
using System.Text;
using RemoteLlm.Protocol.Dialects.Requests;
using RemoteLlm.Testing;

namespace RemoteLlm.Protocol.Tests.Dialects.Requests;

public sealed class MultipartScannerTests
{
    [Fact]
    public void Finds_model_and_stream_among_files()
    {
        var scanner = Scan(MultipartText.Transcription);
        Assert.Equal(RequestScanState.Complete, scanner.State);
        Assert.Equal(("whisper-large-v3", true), (scanner.Model, scanner.Stream));
    }

    [Fact]
    public void The_model_is_known_once_its_delimiter_has_come()
    {
        var scanner = MultipartText.Scanner();
        Assert.Equal(RequestScanState.NeedMore, scanner.Scan("--XyZ\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhisper\r\n--XyZ"u8));
        Assert.Equal(RequestScanState.ModelKnown, scanner.Scan("\r\n"u8));
        Assert.Equal("whisper", scanner.Model);
        Assert.Equal(RequestScanState.ModelKnown, scanner.Scan("Content-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\nRIFF"u8));
        Assert.Equal(RequestScanState.Complete, scanner.Scan("\r\n--XyZ--\r\n"u8));
        Assert.Equal(RequestScanState.Complete, scanner.Finish());
    }

    [Theory]
    [InlineData("name=\"stream\"", "true", true)]
    [InlineData("name=\"stream\"", "false", false)]
    [InlineData("name=\"stream\"", "True", null)]
    [InlineData("name=\"stream\"", "1", null)]
    [InlineData("name=\"stream\"", "", null)]
    [InlineData("name=\"streams\"", "true", null)]
    public void Stream_is_true_or_false_and_nothing_else(string parameters, string value, bool? stream)
    {
        var scanner = Scan(MultipartText.Body(MultipartText.Model("a"), MultipartText.Part(parameters, value)));
        Assert.Equal((RequestScanState.Complete, "a", stream), (scanner.State, scanner.Model, scanner.Stream));
    }

    [Theory]
    [InlineData("Content-Disposition: form-data; name=\"model\"")]
    [InlineData("Content-Disposition: form-data; name=model")]
    [InlineData("content-disposition:form-data;name=\"model\"")]
    [InlineData("CONTENT-DISPOSITION: \tForm-Data ; name=\"model\" ; ")]
    [InlineData("Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: form-data; name=model")]
    [InlineData("Content-Disposition: form-data; name=\"model\"\r\nContent-Transfer-Encoding: 8bit\r\nContent-Type: text/plain; charset=\"UTF-8\"\r\nContent-Length: 7")]
    [InlineData("Content-Disposition: form-data; name=\"model\"\r\nX-Trace: \u00e9")]
    public void Reads_the_headers_that_clients_write(string headers)
    {
        var scanner = Scan(MultipartText.Body(headers + "\r\n\r\ngröße"));
        Assert.Equal((RequestScanState.Complete, "größe"), (scanner.State, scanner.Model));
    }

    [Theory]
    [InlineData("name=\"file\"; filename=\"C:\\dir\\a.wav\"")]
    [InlineData("name=\"file\"; filename=\"a; b=c.wav\"")]
    [InlineData("name=file; filename=a.wav; filename*=utf-8''a%20model.wav")]
    [InlineData("filename=\"größe.wav\"; name=\"file\"")]
    [InlineData("name=\"timestamp_granularities[]\"")]
    [InlineData("name=\"model_name\"")]
    [InlineData("name=\"my-model\"")]
    [InlineData("name=\"models\"")]
    public void Other_parts_are_nobodys_business(string parameters)
    {
        var scanner = Scan(MultipartText.Body(MultipartText.Part(parameters, "\0\r\n--Xy\r\n--\n--XYZ"), MultipartText.Model("a")));
        Assert.Equal((RequestScanState.Complete, "a"), (scanner.State, scanner.Model));
    }

    [Theory]
    [InlineData("--XyZ--\r\n")]
    [InlineData("--XyZ--")]
    [InlineData("--XyZ\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n\r\n--XyZ--\r\n")]
    public void A_body_may_name_no_model(string body)
    {
        var scanner = Scan(body);
        Assert.Equal((RequestScanState.Complete, null), (scanner.State, scanner.Model));
    }

    [Fact]
    public void An_epilogue_is_ignored() =>
        Assert.Equal(RequestScanState.Complete, Scan(MultipartText.Body(MultipartText.Model("a")) + "\r\n-- whatever\nname=\"model\"\0").State);

    [Theory]
    [InlineData("", 0, "it is empty")]
    [InlineData("--XyZ", 5, "it ends before its closing delimiter")]
    [InlineData("--XyZ\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--XyZ-", 60, "it ends before its closing delimiter")]
    [InlineData("\r\n--XyZ--", 0, "it does not begin with the boundary that Content-Type names")]
    [InlineData("--XyA--", 4, "it does not begin with the boundary that Content-Type names")]
    [InlineData("--XyZ \r\n", 5, "a boundary must be followed by CR LF, or by \"--\" at the end, and by nothing else")]
    [InlineData("--XyZ\n", 5, "a boundary must be followed by CR LF, or by \"--\" at the end, and by nothing else")]
    [InlineData("--XyZ-\r\n", 6, "a boundary must be followed by CR LF, or by \"--\" at the end, and by nothing else")]
    [InlineData("--XyZ\r\nA: b\r\n\r\n", 7, "a part has no Content-Disposition")]
    [InlineData("--XyZ\r\n\r\nx\r\n--XyZ--", 7, "a part has no Content-Disposition")]
    [InlineData("--XyZ\r\nA: b\r\nc\0: d\r\n", 14, "the headers of a part hold the control character 0x00")]
    [InlineData("--XyZ--x", 7, "something follows its closing delimiter on the same line")]
    [InlineData("--XyZ--\r\n--XyZ\r\n", 9, "its boundary occurs again after its closing delimiter")]
    public void Says_what_is_wrong_and_where(string body, long position, string reason)
    {
        var fault = Scan(body).Fault!;
        Assert.Equal((RequestFaultKind.InvalidMultipart, position, reason), (fault.Kind, fault.Position, fault.Reason));
    }

    [Fact]
    public void Counts_lines_up_to_the_fault() =>
        Assert.Equal(3, Scan("--XyZ\r\nContent-Disposition: form-data; name=\"a\"\r\nb\r\n\r\n").Fault!.Line);

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\0")]
    [InlineData("a\r\n")]
    public void A_model_with_control_characters_is_refused(string model) => AssertInvalidModel(Encoding.UTF8.GetBytes(model));

    [Fact]
    public void A_model_longer_than_the_limit_is_refused_and_one_of_the_limit_is_not()
    {
        AssertInvalidModel(Enumerable.Repeat((byte)'m', MultipartScanner.MaxModelBytes + 1).ToArray());
        AssertInvalidModel(Enumerable.Repeat((byte)'m', MultipartScanner.MaxModelBytes + 10).ToArray());
        AssertInvalidModel(Enumerable.Repeat((byte)'m', 100_000).ToArray());
        var longest = new string('m', MultipartScanner.MaxModelBytes);
        Assert.Equal(longest, Scan(MultipartText.Body(MultipartText.Model(longest))).Model);
    }

    [Theory]
    [InlineData("61FF")]
    [InlineData("C0AF")]
    [InlineData("EDA080")]
    [InlineData("E282")]
    public void A_model_that_is_not_utf8_is_refused(string hex) => AssertInvalidModel(Convert.FromHexString(hex));

    [Fact]
    public void Nothing_is_read_after_a_fault()
    {
        var scanner = Scan("--XyZ \r\n");
        var fault = scanner.Fault;
        Assert.Equal(RequestScanState.Malformed, scanner.Scan(Encoding.UTF8.GetBytes(MultipartText.Transcription)));
        Assert.Same(fault, scanner.Fault);
        Assert.Null(scanner.Model);
    }

    [Fact]
    public void A_huge_file_passes_in_constant_memory()
    {
        var recording = new byte[64 * 1024];
        new Random(1).NextBytes(recording);
        var ended = new List<MultipartScanner>();

        Assert.InRange(
            Allocations.OfARound(Begun, scanner =>
            {
                for (var sent = 0; sent < 50 << 20; sent += recording.Length)
                    scanner.Scan(recording);
                scanner.Scan("\r\n--XyZ\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nw\r\n--XyZ--\r\n"u8);
                ended.Add(scanner);
            }),
            0,
            4096);
        Assert.All(ended, scanner => Assert.Equal((RequestScanState.Complete, "w"), (scanner.Finish(), scanner.Model)));

        static MultipartScanner Begun()
        {
            var scanner = MultipartText.Scanner();
            scanner.Scan("--XyZ\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\n"u8);
            return scanner;
        }
    }

    [Fact]
    public void Reads_a_sequence()
    {
        IRequestScanner scanner = MultipartText.Scanner();
        Assert.Equal(RequestScanState.Complete, scanner.Scan(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(MultipartText.Transcription))));
        Assert.Equal("whisper-large-v3", scanner.Model);
    }

    private static void AssertInvalidModel(byte[] model)
    {
        byte[] head = [.. "--XyZ\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n"u8];
        var scanner = MultipartText.Scanner();
        scanner.Scan([.. head, .. model, .. "\r\n--XyZ--\r\n"u8]);
        Assert.Equal((RequestScanState.Malformed, null), (scanner.State, scanner.Model));
        Assert.Equal((RequestFaultKind.InvalidModel, head.Length), (scanner.Fault!.Kind, scanner.Fault.Position));
    }

    private static MultipartScanner Scan(string body)
    {
        var scanner = MultipartText.Scanner();
        scanner.Scan(Encoding.UTF8.GetBytes(body));
        scanner.Finish();
        return scanner;
    }
}
