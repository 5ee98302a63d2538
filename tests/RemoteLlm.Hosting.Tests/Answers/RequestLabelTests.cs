using Microsoft.AspNetCore.Http;
using RemoteLlm.Hosting.Answers;

namespace RemoteLlm.Hosting.Tests.Answers;

public sealed class RequestLabelTests
{
    private readonly HttpRequest _request = new DefaultHttpContext().Request;

    [Theory]
    [InlineData("abc-123")]
    [InlineData("!~")]
    public void Of_APrintableLabel_IsTheClients(string label)
    {
        _request.Headers["X-Request-Id"] = label;

        Assert.Equal(label, RequestLabel.Of(_request, "own"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("tab\there")]
    [InlineData("line\nbreak")]
    [InlineData("\u001b[31mred")]
    [InlineData("é")]
    public void Of_ALabelThatIsNotFit_IsOurs(string label)
    {
        _request.Headers["X-Request-Id"] = label;

        Assert.Equal("own", RequestLabel.Of(_request, "own"));
    }

    [Fact]
    public void Of_NoneOrManyOrTooLong_IsOurs()
    {
        Assert.Equal("own", RequestLabel.Of(_request, "own"));
        _request.Headers["X-Request-Id"] = new(["a", "b"]);
        Assert.Equal("own", RequestLabel.Of(_request, "own"));
        _request.Headers["X-Request-Id"] = new string('a', 129);
        Assert.Equal("own", RequestLabel.Of(_request, "own"));
        _request.Headers["X-Request-Id"] = new string('a', 128);
        Assert.Equal(128, RequestLabel.Of(_request, "own").Length);
    }
}
