using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Broker.Tests.Access;

public sealed class RosterBuilderTests
{
    [Fact]
    public void A_whole_roster_lists_every_key_by_the_fingerprint_of_this_connector()
    {
        var users = UsersFile.Parse(Samples.Documented.Replace("status: active", "status: pending", StringComparison.Ordinal)).Content!.At(7);

        var push = RosterBuilder.Whole(users, "gpu-box");

        Assert.True(push.IsSound());
        Assert.Equal((7L, (long?)null), (push.Revision, push.Since));
        var alice = Assert.Single(push.EntriesOf(push.Users[0]));
        Assert.Equal(("alice", "laptop", true, true), (alice.User, alice.KeyName, alice.Blocked, alice.IsOperator));
        Assert.Equal(["llama3*", "qwen*"], alice.Models);
        Assert.Equal(120, alice.Limits.RequestsPerMinute);
        Assert.NotNull(alice.ExpiresAt);
        var bob = Assert.Single(push.EntriesOf(push.Users[1]));
        Assert.False(bob.Blocked);
        Assert.Equal(DerivedCredential.FingerprintOf(ApiKey.Hash("sk-any-text-of-32-characters-or-more"), "gpu-box"), bob.Fingerprint);
        Assert.NotEqual(bob.Fingerprint, RosterBuilder.Whole(users, "other").Users[1].Keys[0].Fingerprint);
    }

    [Fact]
    public void Budget_weight_and_class_reach_the_entry()
    {
        var users = UsersFile.Parse("""
            users:
              - gitlab_username: alice
                limits: {tokens_per_day: 5, cost_per_month: 2.5, weight: 3}
                keys: [{hash: "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", class: batch}]
            """).Content!;

        var push = RosterBuilder.Whole(users, "gpu-box");

        var entry = Assert.Single(push.EntriesOf(push.Users[0]));
        Assert.Equal((new Budget(5, 0, 0, 2.5m), 3d, RequestClass.Batch), (entry.Budget, entry.Weight, entry.Class));
    }

    [Fact]
    public void Terms_that_are_the_same_for_many_are_sent_once()
    {
        var users = UsersFile.Parse("users:\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"  - gitlab_username: u{i}\n    models: [a, b{i % 2}]\n"))).Content!;

        var push = RosterBuilder.Whole(users, "gpu-box");

        Assert.Equal((20, 2), (push.Users.Count, push.Terms.Count));
    }

    [Fact]
    public void Changes_list_who_is_there_and_name_who_is_gone()
    {
        var users = UsersFile.Parse(Samples.Documented).Content!.At(9);

        var push = RosterBuilder.Changes(users, "gpu-box", 7, ["bob", "carol", "ALICE"]);

        Assert.True(push.IsSound());
        Assert.Equal((9L, 7L), (push.Revision, push.Since));
        Assert.Equal("bob", Assert.Single(push.Users).Name);
        // Names are exact on the wire: of one whose case has changed the former goes.
        Assert.Equal(["carol", "ALICE"], push.Gone);
    }
}
