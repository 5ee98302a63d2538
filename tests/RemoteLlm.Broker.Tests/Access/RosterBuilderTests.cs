using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Tests.Access;

public sealed class RosterBuilderTests
{
    [Fact]
    public void Build_ListsEveryKeyByTheFingerprintOfThisConnector()
    {
        var users = UsersFile.Parse(Samples.Documented.Replace("status: active", "status: pending", StringComparison.Ordinal)).Content!;

        var roster = RosterBuilder.Build(users, "gpu-box", 7);

        Assert.Equal(7, roster.Revision);
        var alice = roster.Entries[0];
        Assert.Equal(("alice", "laptop", true), (alice.User, alice.KeyName, alice.Blocked));
        Assert.Equal(["llama3*", "qwen*"], alice.Models);
        Assert.Equal(120, alice.Limits.RequestsPerMinute);
        Assert.NotNull(alice.ExpiresAt);
        var bob = roster.Entries[1];
        Assert.False(bob.Blocked);
        Assert.Equal(DerivedCredential.FingerprintOf(ApiKey.Hash("sk-any-text-of-32-characters-or-more"), "gpu-box"), bob.Fingerprint);
        Assert.NotEqual(bob.Fingerprint, RosterBuilder.Build(users, "other", 7).Entries[1].Fingerprint);
    }
}
