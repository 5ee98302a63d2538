using System.Net;
using RemoteLlm.Broker.Access.Connectors;
using RemoteLlm.Broker.Portal.Enrolling;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Testing;

namespace RemoteLlm.Broker.Tests.Portal.Enrolling;

/// <summary>A token that was lost on the line is handed over again: to the same address, for a while, until somebody connects with it.</summary>
public sealed class HandedTokensTests : IDisposable
{
    private static readonly IPAddress s_home = IPAddress.Parse("192.0.2.7");

    private readonly ManualTime _time = new();
    private readonly HandedTokens _handed;
    private readonly HandedToken _token = new("box", ConnectorToken.Generate());

    public HandedTokensTests()
    {
        _handed = new HandedTokens(_time);
        _handed.Add(_token, "device", s_home);
    }

    public void Dispose() => _handed.Dispose();

    private KeyDigest Digest => ConnectorToken.Hash(_token.Token);

    [Fact]
    public void Same_token_comes_again_for_a_while_and_after_that_the_connector_is_waited_for()
    {
        Assert.Same(_token, Again());
        _time.Advance(HandedTokens.Repeatable - TimeSpan.FromSeconds(1));
        Assert.Same(_token, Again());
        Assert.Null(_handed.Again("another device", s_home, out _));

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(Again());
        Assert.Equal(_time.GetUtcNow() - HandedTokens.Repeatable, _handed.AwaitedSince(Digest));
    }

    [Fact]
    public void Who_has_connected_is_waited_for_no_more_and_the_token_does_not_come_again()
    {
        _handed.Connected(ConnectorToken.Hash(ConnectorToken.Generate()));
        Assert.NotNull(_handed.AwaitedSince(Digest));

        _handed.Connected(Digest);

        Assert.Null(Again());
        Assert.Null(_handed.AwaitedSince(Digest));
        Assert.Equal(0, _time.ArmedTimers);
    }

    [Fact]
    public void Fetched_from_elsewhere_it_is_told_of_to_be_taken_back_and_then_to_nobody()
    {
        Assert.Same(_token, _handed.Again("device", IPAddress.Parse("198.51.100.1"), out var isElsewhere));
        Assert.True(isElsewhere);

        Assert.Null(Again());
        Assert.Null(_handed.Again("device", IPAddress.Parse("198.51.100.1"), out isElsewhere));
        Assert.False(isElsewhere);
    }

    [Fact]
    public void What_is_revoked_does_not_come_again()
    {
        _handed.KeepListed(new ConnectorDirectory([new ConnectorRecord("box", "rlc-1234", Digest, Blocked: false, CreatedAt: null)]));
        Assert.Same(_token, Again());

        _handed.KeepListed(ConnectorDirectory.Empty);

        Assert.Null(Again());
        Assert.Null(_handed.AwaitedSince(Digest));
    }

    private HandedToken? Again()
    {
        var token = _handed.Again("device", s_home, out var isElsewhere);
        Assert.False(isElsewhere);
        return token;
    }
}
