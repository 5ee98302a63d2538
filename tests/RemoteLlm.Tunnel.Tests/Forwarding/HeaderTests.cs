using Microsoft.AspNetCore.Http;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Tunnel.Tests.Forwarding;

public sealed class HeaderTests
{
    private readonly DefaultHttpContext _context = new();
    private readonly HttpRequestMessage _forwarded = new() { Content = new ByteArrayContent([1, 2, 3]) };

    [Theory]
    [InlineData("Connection")]
    [InlineData("keep-alive")]
    [InlineData("Proxy-Connection")]
    [InlineData("TE")]
    [InlineData("Trailer")]
    [InlineData("Transfer-Encoding")]
    [InlineData("UPGRADE")]
    [InlineData("Proxy-Authenticate")]
    [InlineData("Proxy-Authorization")]
    [InlineData("Host")]
    [InlineData("Expect")]
    [InlineData(":authority")]
    public void A_header_of_one_connection_is_never_forwarded(string name)
    {
        _context.Request.Headers[name] = "value";

        CopyRequest();

        Assert.True(HopByHop.Contains(name));
        Assert.Empty(_forwarded.Headers.NonValidated);
    }

    [Fact]
    public void Headers_that_Connection_names_stay_with_the_connection()
    {
        _context.Request.Headers.Connection = new(["close, X-Private ,", "x-other"]);
        _context.Request.Headers["x-private"] = "1";
        _context.Request.Headers["X-Other"] = "2";
        _context.Request.Headers["x-private-not"] = "3";

        CopyRequest();

        Assert.Equal(["x-private-not"], _forwarded.Headers.NonValidated.Select(header => header.Key));
    }

    [Fact]
    public void The_length_is_that_of_what_is_sent()
    {
        _context.Request.Headers.ContentLength = 99;
        _context.Request.Headers.ContentType = "application/json; charset=utf-8";

        CopyRequest();

        Assert.Equal(3, _forwarded.Content!.Headers.ContentLength);
        Assert.Equal("application/json; charset=utf-8", _forwarded.Content.Headers.ContentType?.ToString());
    }

    [Fact]
    public void Values_pass_as_they_are_however_many_and_in_whatever_script()
    {
        _context.Request.Headers["x-many"] = new(["a, b", "c"]);
        _context.Request.Headers["x-name"] = "Zoë 東京";
        _context.Request.Headers["user-agent"] = "not (a valid agent";

        CopyRequest();

        Assert.Equal(["a, b", "c"], _forwarded.Headers.NonValidated["x-many"]);
        Assert.Equal("Zoë 東京", _forwarded.Headers.NonValidated["x-name"].ToString());
        Assert.Equal("not (a valid agent", _forwarded.Headers.NonValidated["user-agent"].ToString());
    }

    [Fact]
    public void What_the_caller_drops_is_dropped()
    {
        _context.Request.Headers["x-keep"] = "1";
        _context.Request.Headers["x-drop"] = "1";

        ForwardHeaders.CopyRequest(_context.Request.Headers, _forwarded, name => name == "x-drop");

        Assert.Equal(["x-keep"], _forwarded.Headers.NonValidated.Select(header => header.Key));
    }

    [Fact]
    public void An_answer_passes_with_status_and_headers_but_for_those_of_its_connection()
    {
        using var answer = new HttpResponseMessage((System.Net.HttpStatusCode)418) { Content = new StringContent("x") };
        answer.Headers.TryAddWithoutValidation("Connection", "close, X-Hop");
        answer.Headers.TryAddWithoutValidation("x-hop", "private");
        answer.Headers.TryAddWithoutValidation("Keep-Alive", "timeout=5");
        answer.Headers.TryAddWithoutValidation("x-many", ["1", "2"]);
        answer.Headers.TryAddWithoutValidation("x-name", "Zoë");
        answer.Headers.TryAddWithoutValidation("x-broken", "a\u0001b");
        answer.Headers.TryAddWithoutValidation("x-drop", "1");

        ForwardHeaders.CopyResponse(answer, _context.Response, name => name == "x-drop");

        Assert.Equal(418, _context.Response.StatusCode);
        Assert.Equal(["1", "2"], _context.Response.Headers["x-many"].AsEnumerable());
        Assert.Equal("Zoë", _context.Response.Headers["x-name"].ToString());
        Assert.Equal(["Content-Type", "x-many", "x-name"], _context.Response.Headers.Keys.Where(name => name != "Content-Length").Order());
    }

    private void CopyRequest() => ForwardHeaders.CopyRequest(_context.Request.Headers, _forwarded, _ => false);
}
