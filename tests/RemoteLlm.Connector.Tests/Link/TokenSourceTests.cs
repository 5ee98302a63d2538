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
    public async Task A_pause_ends_when_another_token_is_in_the_file()
    {
        var (time, used) = (new ManualTime(), ConnectorToken.Generate());
        var source = TokenSource.FromFile(_folder.Write("token", used));
        var pause = source.PauseAsync(ConnectorToken.Hash(used), TimeSpan.FromSeconds(60), time, TestContext.Current.CancellationToken);

        _folder.Write("token", "half of a tok");
        await Look(time);
        // The same token once more, as when its file is touched.
        _folder.Write("token", used + "\n");
        await Look(time);
        Assert.False(pause.IsCompleted);
        _folder.Write("token", ConnectorToken.Generate());
        await time.UntilArmed();
        time.Advance(TimeSpan.FromSeconds(1));

        await pause.OrHang();
        Assert.Equal(TimeSpan.FromSeconds(3), time.GetElapsedTime(0));
    }

    [Fact]
    public async Task A_pause_ends_when_a_token_is_there_that_was_not()
    {
        var time = new ManualTime();
        var pause = TokenSource.FromFile(_folder["token"]).PauseAsync(null, TimeSpan.FromSeconds(60), time, TestContext.Current.CancellationToken);
        _folder.Write("token", ConnectorToken.Generate());

        time.Advance(TimeSpan.FromSeconds(1));

        await pause.OrHang();
    }

    [Theory]
    [InlineData(60, 60)]
    [InlineData(2.5, 3)]
    [InlineData(0.1, 1)]
    public async Task A_pause_without_a_new_token_takes_its_time(double seconds, int steps)
    {
        var (time, token) = (new ManualTime(), ConnectorToken.Generate());
        var pause = TokenSource.FromFile(_folder.Write("token", token)).PauseAsync(ConnectorToken.Hash(token), TimeSpan.FromSeconds(seconds), time, TestContext.Current.CancellationToken);

        for (var step = 1; step < steps; step++)
            await Look(time);
        Assert.False(pause.IsCompleted);
        await time.UntilArmed();
        time.Advance(TimeSpan.FromSeconds(seconds - (steps - 1)));

        await pause.OrHang();
    }

    [Fact]
    public async Task A_pause_of_nothing_is_none() =>
        await TokenSource.FromFile(_folder["none"]).PauseAsync(null, TimeSpan.Zero, new ManualTime(), TestContext.Current.CancellationToken).OrHang();

    [Fact]
    public async Task A_pause_with_a_token_from_the_environment_just_waits()
    {
        var (time, token) = (new ManualTime(), ConnectorToken.Generate());
        var pause = TokenSource.Fixed(token).PauseAsync(null, TimeSpan.FromSeconds(60), time, TestContext.Current.CancellationToken);

        time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(pause.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));

        await pause.OrHang();
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

    // One look, and the next one waits to be due.
    private static async Task Look(ManualTime time)
    {
        await time.UntilArmed();
        time.Advance(TimeSpan.FromSeconds(1));
        await time.UntilArmed();
    }
}
