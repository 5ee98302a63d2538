using System.Text.Json;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Protocol.Tests.Control;

public sealed class RosterPushTests
{
    // What SignalR's JSON protocol uses unless told otherwise.
    private static readonly JsonSerializerOptions s_web = new(JsonSerializerDefaults.Web);

    private static readonly RosterPush s_good = new(
        7, 3, [new RosterTerms(RequestLimits.Default)], [new RosterUser("alice", 0, [new RosterKey("laptop", KeyDigest.Of("a"))])], ["bob"]);

    [Fact]
    public void A_flat_roster_survives_the_wire_entry_by_entry()
    {
        var limits = new RequestLimits(0.5, 3) { ConcurrentRequests = 2, TokensPerMinute = 9 };
        RosterEntry[] entries =
        [
            new("alice", "laptop", KeyDigest.Of("x"), limits, ["llama3*", "qwen*"], Blocked: true, new DateTimeOffset(2026, 11, 30, 10, 0, 0, TimeSpan.Zero))
            {
                Budget = new Budget(1, 2, 3.5m, 4), Weight = 2.5, IsOperator = true,
            },
            new("alice", "nightly", KeyDigest.Of("y"), limits, ["llama3*", "qwen*"], Blocked: true)
            {
                Budget = new Budget(1, 2, 3.5m, 4), Weight = 2.5, IsOperator = true, Class = RequestClass.Batch,
            },
            new("bob", "sk-a1b2", KeyDigest.Of("z"), RequestLimits.None),
        ];

        var read = JsonSerializer.Deserialize<RosterPush>(JsonSerializer.Serialize(new Roster(7, entries).ToPush(), s_web), s_web);

        Assert.True(read.IsSound());
        Assert.Equal((7L, (long?)null), (read.Revision, read.Since));
        var found = read.Users.SelectMany(user => read.EntriesOf(user)).ToList();
        Assert.Equal(entries.Select(entry => entry with { Models = null }), found.Select(entry => entry with { Models = null }));
        Assert.Equal(entries.Select(entry => entry.Models), found.Select(entry => entry.Models));
    }

    [Fact]
    public void Keys_of_one_user_that_differ_in_what_they_allow_are_no_roster()
    {
        var entry = new RosterEntry("alice", "a", KeyDigest.Of("x"), RequestLimits.Default, ["m"]);

        Assert.Throws<ArgumentException>(() => new Roster(1, [entry, entry with { KeyName = "b", Models = ["other"] }]).ToPush());
        Assert.Throws<ArgumentException>(() => new Roster(1, [entry, entry with { KeyName = "b", Weight = 2 }]).ToPush());
        Assert.Single(new Roster(1, [entry, entry with { KeyName = "b", Models = ["m"] }]).ToPush().Users);
    }

    [Fact]
    public void A_push_that_no_broker_means_is_not_sound()
    {
        var user = s_good.Users[0];
        var terms = s_good.Terms[0];
        RosterPush?[] senseless =
        [
            null,
            s_good with { Revision = -1 },
            s_good with { Since = -1 },
            s_good with { Terms = null! },
            s_good with { Users = null! },
            s_good with { Gone = null! },
            s_good with { Terms = [null!] },
            s_good with { Users = [null!] },
            s_good with { Gone = [null!] },
            s_good with { Terms = [] },
            s_good with { Terms = [new RosterTerms(null!)] },
            s_good with { Terms = [terms with { Weight = 0 }] },
            s_good with { Terms = [terms with { Weight = double.NaN }] },
            s_good with { Terms = [terms with { Budget = new Budget(-1, 0, 0, 0) }] },
            s_good with { Terms = [terms with { Models = [null!] }] },
            s_good with { Users = [user with { Terms = 1 }] },
            s_good with { Users = [user with { Terms = -1 }] },
            s_good with { Users = [user with { Name = null! }] },
            s_good with { Users = [user with { Keys = null! }] },
            s_good with { Users = [user with { Keys = [null!] }] },
            s_good with { Users = [user with { Keys = [new RosterKey(null!, default)] }] },
            s_good with { Users = [user with { Keys = [new RosterKey("k", default) { Class = (RequestClass)7 }] }] },
            s_good with { Users = [user, user] },
            s_good with { Gone = ["bob", "bob"] },
            s_good with { Gone = ["alice"] },
        ];

        Assert.True(s_good.IsSound());
        Assert.All(senseless, push => Assert.False(push.IsSound()));
        Assert.True((s_good with { Users = [user, user with { Name = "Alice" }] }).IsSound());
    }
}
