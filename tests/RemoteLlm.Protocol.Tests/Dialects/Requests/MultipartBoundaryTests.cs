using System.Text;
using RemoteLlm.Protocol.Dialects.Requests;

namespace RemoteLlm.Protocol.Tests.Dialects.Requests;

public sealed class MultipartBoundaryTests
{
    [Theory]
    [InlineData("multipart/form-data; boundary=abc", "abc")]
    [InlineData("Multipart/Form-Data;Boundary=\"abc\"", "abc")]
    [InlineData("multipart/form-data; charset=utf-8; boundary=abc;", "abc")]
    [InlineData("multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW", "----WebKitFormBoundary7MA4YWxkTrZu0gW")]
    [InlineData("multipart/form-data; boundary===============123==", "==============123==")]
    [InlineData("multipart/form-data; boundary=\"a b'()+_,-./:=?\"", "a b'()+_,-./:=?")]
    [InlineData("multipart/form-data; boundary=0123456789012345678901234567890123456789012345678901234567890123456789", "0123456789012345678901234567890123456789012345678901234567890123456789")]
    public void Takes_the_boundary_that_the_content_type_names(string contentType, string boundary)
    {
        var scanner = MultipartScanner.ForContentType(contentType)!;
        Assert.Equal(RequestScanState.Complete, scanner.Scan(Encoding.ASCII.GetBytes($"--{boundary}--")));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("application/json")]
    [InlineData("multipart/mixed; boundary=abc")]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary")]
    [InlineData("multipart/form-data; boundary=")]
    [InlineData("multipart/form-data; boundary=\"\"")]
    [InlineData("multipart/form-data; boundary=\"abc")]
    [InlineData("multipart/form-data; boundary=\"abc \"")]
    [InlineData("multipart/form-data; boundary=\"a\\b\"")]
    [InlineData("multipart/form-data; boundary=\"a;b\"")]
    [InlineData("multipart/form-data; boundary=a b")]
    [InlineData("multipart/form-data; boundary=ab\u00e9")]
    [InlineData("multipart/form-data; boundary = abc")]
    [InlineData("multipart/form-data; boundary*=utf-8''abc")]
    [InlineData("multipart/form-data; boundary*0=abc; boundary=d")]
    [InlineData("multipart/form-data; boundary=abc; boundary=d")]
    [InlineData("multipart/form-data; x=\"boundary=d\"; boundary=abc")]
    [InlineData("multipart/form-data; xboundary=d")]
    [InlineData("multipart/form-data, text/plain; boundary=abc")]
    [InlineData("multipart/form-data; boundary=01234567890123456789012345678901234567890123456789012345678901234567890")]
    public void There_is_no_scanner_for_what_has_no_usable_boundary(string? contentType) => Assert.Null(MultipartScanner.ForContentType(contentType));
}
