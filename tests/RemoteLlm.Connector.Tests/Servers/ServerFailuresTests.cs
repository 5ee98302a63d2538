using RemoteLlm.Connector.Servers;

namespace RemoteLlm.Connector.Tests.Servers;

public sealed class ServerFailuresTests
{
    [Theory]
    [InlineData(ServerFailure.None, "none", false, false)]
    [InlineData(ServerFailure.Unreachable, "unreachable", true, true)]
    [InlineData(ServerFailure.TimedOut, "timed_out", true, true)]
    [InlineData(ServerFailure.RateLimited, "rate_limited", true, false)]
    [InlineData(ServerFailure.Auth, "auth", true, true)]
    [InlineData(ServerFailure.Context, "context", true, false)]
    [InlineData(ServerFailure.ModelMissing, "model_missing", true, false)]
    [InlineData(ServerFailure.EndpointMissing, "endpoint_missing", true, false)]
    [InlineData(ServerFailure.Loading, "loading", true, false)]
    [InlineData(ServerFailure.Failed, "failed", true, true)]
    [InlineData(ServerFailure.Unreadable, "unreadable", true, true)]
    [InlineData(ServerFailure.Streaming, "streaming", false, true)]
    [InlineData(ServerFailure.Cost, "cost", true, false)]
    [InlineData(ServerFailure.Rejected, "rejected", false, false)]
    public void Each_has_a_name_and_says_what_may_follow(ServerFailure failure, string name, bool elsewhere, bool against)
    {
        Assert.Equal(name, ServerFailures.NameOf(failure));
        Assert.Equal((elsewhere, against), (ServerFailures.MayRetryElsewhere(failure), ServerFailures.CountsAgainstServer(failure)));
    }

    [Fact]
    public void Names_are_those_of_the_members_in_snake_case()
    {
        foreach (var failure in Enum.GetValues<ServerFailure>())
            Assert.Equal(failure.ToString(), string.Concat(ServerFailures.NameOf(failure).Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..])));
    }
}
