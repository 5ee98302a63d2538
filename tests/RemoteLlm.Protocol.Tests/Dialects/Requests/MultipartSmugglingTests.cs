using System.Text;
using RemoteLlm.Protocol.Dialects.Requests;

namespace RemoteLlm.Protocol.Tests.Dialects.Requests;

/// <summary>Bodies in which some server would find another model than some other parser.</summary>
public sealed class MultipartSmugglingTests
{
    [Theory]
    [InlineData("name=\"model\"")]
    [InlineData("name=model")]
    [InlineData("name=\"Model\"")]
    [InlineData("name=\"MODEL\"")]
    [InlineData("name=\"model \"")]
    [InlineData("name=\"\tmodel\"")]
    [InlineData("name=\"model[]\"")]
    [InlineData("name=\"Model[0]\"")]
    [InlineData("name='model'")]
    [InlineData("name=\"'model'\"")]
    [InlineData("name=\"model\u200b\"")]
    [InlineData("name=\"mod\\el\"")]
    [InlineData("name=\"mod%65l\"")]
    [InlineData("name=\"=?utf-8?q?model?=\"")]
    [InlineData("name=\"model;a\"")]
    [InlineData("name=\"_charset_\"")]
    [InlineData("name=\"Stream\"")]
    [InlineData("name=\"ſtream\"")]
    [InlineData("name*=utf-8''model")]
    [InlineData("name=\"a\"; name*=utf-8''model")]
    [InlineData("name*0=mod; name*1=el")]
    [InlineData("name=\"a\"; name=\"model\"")]
    [InlineData("name=\"a\"; Name=\"model\"")]
    [InlineData("name=\"a\"; filename=\"b\\\"; name=\"model\"")]
    [InlineData("name=\"a\"; filename=\"b; name=model; c\"")]
    [InlineData("name=\"a\"; filename=\"b;NAME=model\"")]
    [InlineData("name=\"a\"; filename=\"b\"; filename=\"c\"")]
    [InlineData("name=\"a\"; filename*0=\"b\"")]
    [InlineData("filename=\"model\"; name=\"a\"")]
    [InlineData("name = \"model\"")]
    [InlineData("name=\"model")]
    [InlineData("name=\"a\" x; name=\"model\"")]
    [InlineData("name=\"\"")]
    [InlineData("filename=\"a\"")]
    [InlineData("x=y;; name=\"a\"")]
    public void A_second_part_that_may_be_a_model_is_refused(string parameters) =>
        AssertRefused(MultipartText.Body(MultipartText.Model("allowed"), MultipartText.Part(parameters, "forbidden")));

    [Theory]
    [InlineData("Model")]
    [InlineData("model[]")]
    [InlineData("STREAM")]
    public void A_name_like_a_reserved_one_is_refused_alone_too(string name) =>
        AssertRefused(MultipartText.Body(MultipartText.Part($"name=\"{name}\"", "a")));

    [Fact]
    public void Two_streams_are_refused() =>
        AssertRefused(MultipartText.Body(MultipartText.Part("name=\"stream\"", "x"), MultipartText.Part("name=\"stream\"", "true")));

    [Fact]
    public void An_empty_model_counts_as_one() => AssertRefused(MultipartText.Body(MultipartText.Model(""), MultipartText.Model("b")));

    [Theory]
    [InlineData("Content-Disposition: form-data; name=\"model\"; filename=\"a\"")]
    [InlineData("Content-Disposition: form-data; name=\"model\"; filename=\"\"")]
    [InlineData("Content-Disposition: form-data; name=\"model\"; filename*=utf-8''a")]
    [InlineData("Content-Disposition: form-data; name=\"model\"\r\nContent-Type: text/plain; charset=utf-16")]
    [InlineData("Content-Disposition: form-data; name=\"model\"\r\nContent-Type: text/plain; charset=utf-8; charset=utf-7")]
    [InlineData("Content-Disposition: form-data; name=\"model\"\r\nContent-Type: application/json")]
    [InlineData("Content-Disposition: form-data; name=\"model\"\r\nContent-Transfer-Encoding: base64")]
    [InlineData("Content-Disposition: form-data; name=\"model\"\r\nContent-Transfer-Encoding: quoted-printable")]
    [InlineData("Content-Disposition: form-data; name=\"model\"\r\nContent-Encoding: gzip")]
    [InlineData("Content-Disposition: form-data; name=\"model\"\r\nContent-Length: 2")]
    [InlineData("Content-Disposition: form-data; name=\"model\"\r\nContent-Length: -4")]
    [InlineData("Content-Disposition: form-data; name=\"model\"\r\nContent-Length:")]
    [InlineData("Content-Disposition: form-data; name=\"model\"\r\nContent-Length: 99999999999999999999")]
    [InlineData("Content-Disposition: form-data; name=\"a\"\r\nContent-Disposition: form-data; name=\"model\"")]
    [InlineData("Content-Disposition: form-data; name=\"a\"\r\nContent-Type: text/plain\r\ncontent-type: text/html")]
    [InlineData("Content-Disposition: form-data; name=\"a\"\r\nContent-Type: Multipart/Mixed; boundary=b")]
    [InlineData("Content-Disposition: attachment; name=\"model\"")]
    [InlineData("Content-Disposition: form-data")]
    [InlineData("Content-Disposition: form-data;\r\n name=\"model\"")]
    [InlineData("Content-Disposition : form-data; name=\"model\"")]
    [InlineData(" Content-Disposition: form-data; name=\"model\"")]
    [InlineData("Content-Disposition: form-data; name=\"a\"\nContent-Disposition: form-data; name=\"model\"")]
    [InlineData("Content-Disposition: form-data; name=\"a\"\rContent-Disposition: form-data; name=\"model\"")]
    [InlineData("Content-Disposition: form-data; name=\"model\0\"")]
    [InlineData("Content-Disposition: form-data; name=\"a\"\r\nno header")]
    [InlineData("Content-Disposition: form-data; name=\"a\"\r\n: no header")]
    public void Headers_that_servers_read_differently_are_refused(string headers) => AssertRefused(MultipartText.Body(headers + "\r\n\r\nabcd"));

    [Theory]
    [InlineData("a\n--XyZ\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nforbidden")]
    [InlineData("a\r--XyZ\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nforbidden")]
    [InlineData("--XyZ\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nforbidden")]
    [InlineData("a--XyZ")]
    [InlineData("a\r\n---XyZ")]
    public void A_boundary_that_does_not_begin_a_line_is_refused(string content) =>
        Assert.Equal(
            "its boundary occurs inside a part; choose one that does not",
            Scan(MultipartText.Body(MultipartText.Model("allowed"), MultipartText.Part("name=\"file\"; filename=\"a\"", content))).Fault?.Reason);

    [Theory]
    [InlineData("a\r\n--XyZQ\r\n")]
    [InlineData("a\r\n--XyZ \r\n")]
    [InlineData("a\r\n--XyZ--\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nforbidden")]
    [InlineData("a\r\n--XyZ--Q")]
    public void A_boundary_inside_a_part_is_refused(string content) =>
        AssertRefused(MultipartText.Body(MultipartText.Model("allowed"), MultipartText.Part("name=\"file\"; filename=\"a\"", content)));

    [Fact]
    public void Headers_past_the_limit_are_refused_and_up_to_it_are_not()
    {
        const string Disposition = "Content-Disposition: form-data; name=\"model\"\r\nX: ";
        var fill = MultipartScanner.MaxHeaderBytes - Disposition.Length - "\r\n\r\n".Length;
        Assert.Equal(RequestScanState.Complete, Scan(MultipartText.Body(Disposition + new string('x', fill) + "\r\n\r\na")).State);
        AssertRefused(MultipartText.Body(Disposition + new string('x', fill + 1) + "\r\n\r\na"));
        AssertRefused(MultipartText.Body(Disposition + new string('x', 100_000)));
    }

    private static void AssertRefused(string body)
    {
        var scanner = Scan(body);
        Assert.Equal(RequestScanState.Malformed, scanner.State);
        Assert.Equal(RequestFaultKind.InvalidMultipart, scanner.Fault!.Kind);
        Assert.DoesNotContain("forbidden", scanner.Fault.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("ends before", scanner.Fault.Reason, StringComparison.Ordinal);
    }

    private static MultipartScanner Scan(string body)
    {
        var scanner = MultipartText.Scanner();
        scanner.Scan(Encoding.UTF8.GetBytes(body));
        scanner.Finish();
        return scanner;
    }
}
