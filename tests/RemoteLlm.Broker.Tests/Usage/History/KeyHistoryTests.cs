using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Usage.History;
using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Broker.Tests.Usage.History;

/// <summary>A key is what it is, whatever it is called: what was asked by it goes with it, and with no other.</summary>
public sealed class KeyHistoryTests : IAsyncDisposable
{
    private const string Alice = "users:\n  - gitlab_username: alice\n    keys:\n";

    private readonly LedgerStage _stage = new();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_renamed_key_keeps_what_it_used(bool restart)
    {
        await Open(Key("laptop", "a"));
        await Use(KeyOf("laptop"), prompt: 10);
        await Write(Key("desk", "a"));
        if (restart)
            await _stage.Reopen();
        await Use(KeyOf("desk"), prompt: 1);

        Assert.Equal(("desk", 2, 11L), Assert.Single(Shown()));
        Assert.Equal(_stage.Time.GetUtcNow(), _stage.Keys.LastUsed(KeyOf("desk")));
        Assert.Equal("desk", Assert.Single(_stage.Keys.Named(_stage.History.Rows(Question()))).Key.Name);
    }

    [Fact]
    public async Task A_new_key_of_an_old_name_begins_with_nothing_and_the_old_one_is_shown_as_gone()
    {
        await Open(Key("laptop", "a"));
        var old = KeyOf("laptop");
        await Use(old, prompt: 10);
        await Write(Key("laptop", "b"));

        Assert.Null(_stage.Keys.LastUsed(KeyOf("laptop")));
        await Use(KeyOf("laptop"), prompt: 1);

        Assert.Equal([("laptop", 1, 10L), ("laptop", 1, 1L)], Shown());
        var report = _stage.History.Ask(Question());
        Assert.Equal([true, false], report.Keys.Select(sum => Question().IsGone(sum.Key)));
        Assert.Equal(1, _stage.History.Ask(Question() with { Key = new HistoryKey(_stage.Proofs.KeyId(KeyOf("laptop")), "") }).Total.PromptTokens);
        Assert.Equal(10, _stage.History.Ask(Question() with { Key = new HistoryKey(_stage.Proofs.KeyId(old), "") }).Total.PromptTokens);
    }

    [Fact]
    public async Task Of_a_connector_that_knows_no_ids_it_goes_by_the_name_unless_the_key_is_younger()
    {
        await Open(Key("laptop", "a"));
        await _stage.Settle(_stage.Record(prompt: 10, completion: 0));
        var used = _stage.Time.GetUtcNow();

        Assert.Equal(used, _stage.Keys.LastUsed(KeyOf("laptop")));
        await Use(KeyOf("laptop"), prompt: 5);
        Assert.Equal(("laptop", 2, 15L), Assert.Single(Shown()));

        _stage.Time.Advance(TimeSpan.FromMinutes(1));
        await Write(Key("laptop", "b", made: _stage.Time.GetUtcNow()));
        Assert.Null(_stage.Keys.LastUsed(KeyOf("laptop")));
        await Use(KeyOf("laptop"), prompt: 1);
        Assert.Equal([("laptop", 1, 10L), ("laptop", 1, 5L), ("laptop", 1, 1L)], Shown());
        Assert.Equal(10, _stage.History.Ask(Question() with { Key = new HistoryKey(null, "laptop") }).Total.PromptTokens);
    }

    [Fact]
    public async Task The_portals_own_key_is_one_over_all_restarts_and_no_key_of_its_name()
    {
        await Open(Key("portal", "a", made: _stage.Time.GetUtcNow()));
        await _stage.Settle(_stage.Record(prompt: 7, completion: 0) with { Key = "portal", KeyId = "portal" });

        Assert.Null(_stage.Keys.LastUsed(KeyOf("portal")));
        var (key, _) = Assert.Single(_stage.History.Ask(Question()).Keys);
        Assert.Equal("portal", key.Id);
        Assert.False(Question().IsGone(key));
    }

    private HistoryQuery Question()
    {
        var today = DateOnly.FromDateTime(_stage.Time.GetUtcNow().UtcDateTime);
        return new HistoryQuery("alice", today.AddDays(-1), today) { Known = _stage.Keys.Of("alice") };
    }

    private IEnumerable<(string, int, long)> Shown() => _stage.History.Ask(Question()).Keys.Select(sum => (sum.Key.Name, sum.Figures.Requests, sum.Figures.PromptTokens));

    private async Task Open(string keys)
    {
        await _stage.WatchUsers();
        await Write(keys);
        await _stage.Open();
    }

    private Task Write(string keys)
    {
        _stage.WriteUsersText(Alice + keys);
        return _stage.RefreshUsers();
    }

    private static string Key(string name, string secret, DateTimeOffset? made = null) =>
        $"      - {{name: {name}, api_key: sk-{new string(secret[0], 40)}{(made is null ? "" : $", created_at: {made:yyyy-MM-dd'T'HH:mm:ss'Z'}")}}}\n";

    private KeyRecord KeyOf(string name) => _stage.Users.FindUser("alice")!.Keys.Single(key => key.Name == name);

    private Task<UsageReceipt> Use(KeyRecord key, long prompt) => _stage.Settle(_stage.Record(prompt: prompt, completion: 0) with { Key = key.Name, KeyId = _stage.Proofs.KeyId(key) });
}
