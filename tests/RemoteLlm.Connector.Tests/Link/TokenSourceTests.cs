using RemoteLlm.Connector.Link;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Link;

public sealed class TokenSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_is_read_again_each_time()
    {
        var (first, second) = (ConnectorToken.Generate(), ConnectorToken.Generate());
        var source = TokenSource.FromFile(_folder.Write("token", first + "\n"));
        Assert.True(source.TryRead(out var token, out _));
        Assert.Equal(first, token);

        _folder.Write("token", $"  {second}\r\n");

        Assert.True(source.TryRead(out token, out _));
        Assert.Equal(second, token);
    }

    [Fact]
    public void A_file_that_is_missing_says_what_to_do()
    {
        Assert.False(TokenSource.FromFile(_folder["none"]).TryRead(out _, out var problem));

        Assert.Contains("connectors add", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("rlc-short-secret")]
    [InlineData("sk-0123456789abcdef0123456789abcdef")]
    [InlineData("rlc-0123456789abcdef 0123456789abcdef")]
    public void What_is_no_token_is_refused_and_never_shown(string text)
    {
        foreach (var source in new[] { TokenSource.Fixed(text), TokenSource.FromFile(_folder.Write("token", text)) })
        {
            Assert.False(source.TryRead(out _, out var problem));
            Assert.DoesNotContain(text.Length == 0 ? "\0" : text, problem, StringComparison.Ordinal);
            Assert.DoesNotContain(text.Length == 0 ? "\0" : text, source.ToString(), StringComparison.Ordinal);
        }
    }
}
