using System.Text.Json;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Protocol.Tests.Access;

public sealed class RosterTests
{
    // What SignalR's JSON protocol uses unless told otherwise.
    private static readonly JsonSerializerOptions s_web = new(JsonSerializerDefaults.Web);

    [Fact]
    public void Json_round_trips_every_field()
    {
        var full = new RosterEntry(
            "alice", "laptop", KeyDigest.Of("x"), new RequestLimits(0.5, 3), ["llama3*", "qwen*"], Blocked: true, new DateTimeOffset(2026, 11, 30, 10, 0, 0, TimeSpan.Zero));
        var bare = new RosterEntry("bob", "sk-a1b2", KeyDigest.Of("y"), RequestLimits.None);

        var read = JsonSerializer.Deserialize<Roster>(JsonSerializer.Serialize(new Roster(7, [full, bare]), s_web), s_web);

        Assert.NotNull(read);
        Assert.Equal(7, read.Revision);
        Assert.Equal(full with { Models = null }, read.Entries[0] with { Models = null });
        Assert.Equal(full.Models, read.Entries[0].Models);
        Assert.Equal(bare, read.Entries[1]);
    }

    [Fact]
    public void Limits_that_make_no_sense_cannot_exist()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RequestLimits(-1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RequestLimits(double.NaN, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => RequestLimits.Default with { RequestsPerMinute = double.PositiveInfinity });
        Assert.Throws<ArgumentOutOfRangeException>(() => RequestLimits.Default with { Burst = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => JsonSerializer.Deserialize<RequestLimits>("""{"requestsPerMinute":1,"burst":0}""", s_web));
    }

    [Fact]
    public void Allows_goes_by_the_globs_and_without_a_list_allows_all()
    {
        var entry = new RosterEntry("a", "k", default, RequestLimits.Default, ["llama3*"]);

        Assert.True(entry.Allows("llama3.2:3b"));
        Assert.False(entry.Allows("qwen3"));
        Assert.True((entry with { Models = null }).Allows("qwen3"));
        Assert.False((entry with { Models = [] }).Allows("qwen3"));
    }
}
