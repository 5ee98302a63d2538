using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Portal.Keys;
using RemoteLlm.Broker.Usage;
using RemoteLlm.Broker.Usage.History;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.EndToEnd.Tests.Portal.Keys;

/// <summary>A teammate's keys: made, rotated, renamed, revoked.</summary>
public sealed partial class KeysPageTests
{
    private const string Script = "<script>alert(1)</script>";

    [Fact]
    public async Task A_key_is_shown_once_works_at_once_and_stands_nowhere_afterwards()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Stage(llm.Url);
        using var alice = await PortalClient.LoggedIn(cluster, "alice");

        using var made = await alice.Post("/keys", ("name", "laptop"), ("lifetime", "30"), ("form_id", "f1"));
        var key = await KeyOn(made);

        using var client = cluster.ClientWith(key);
        using (var answer = await client.Chat())
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var listed = await alice.Page("/keys");
        Assert.Contains(ApiKey.Prefix(key) + "…", listed, StringComparison.Ordinal);
        Assert.DoesNotContain(key, listed + await alice.Page("/keys/" + IdOf(cluster, "laptop")) + await alice.Page("/"), StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(cluster.Data, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
            Assert.DoesNotContain(key, await ReadShared(file), StringComparison.Ordinal);
        Assert.DoesNotContain(cluster.BrokerLogs.Entries, entry => entry.Says(key));
        Assert.Contains("\"actor\":\"alice\",\"action\":\"key.made\",\"target\":\"alice/laptop\"", await ReadShared(Path.Combine(cluster.Data, "audit.jsonl")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_that_is_sent_twice_makes_one_key()
    {
        await using var cluster = await Stage();
        using var alice = await PortalClient.LoggedIn(cluster, "alice");

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => alice.Post("/keys", ("name", "laptop"), ("lifetime", ""), ("form_id", "f1"))));

        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var answer in answers)
            keys.Add(await KeyOn(answer));
        Assert.Single(keys);
        Assert.Equal("laptop", Assert.Single(Keys(cluster), key => key.Prefix != ApiKey.Prefix(TestUsers.AliceKey)).Name);
    }

    [Fact]
    public async Task Many_forms_at_once_make_no_more_keys_than_one_may_have()
    {
        await using var cluster = await Stage();
        var keys = string.Concat(Enumerable.Range(0, KeysModel.MostKeys - 2).Select(i => $"      - name: k{i}\n        hash: sha256:{i:x64}\n"));
        cluster.WriteUsers("users:\n  - gitlab_username: alice\n    keys:\n" + keys);
        await GitLabStage.TakeFiles(cluster);
        using var alice = await PortalClient.LoggedIn(cluster, "alice");

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => alice.Post("/keys", ("name", $"laptop {i}"), ("lifetime", ""), ("form_id", $"f{i}")))).OrHang();

        Assert.Equal(KeysModel.MostKeys, Keys(cluster).Count);
        Assert.Equal(2, answers.Count(answer => answer.StatusCode == HttpStatusCode.OK));
        Assert.Equal(8, answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict));
        foreach (var answer in answers)
            answer.Dispose();
    }

    [Fact]
    public async Task Rotations_do_not_pile_up_old_keys_without_end()
    {
        await using var cluster = await Stage();
        var keys = string.Concat(Enumerable.Range(0, KeysModel.MostWithLeaving - 1).Select(i => $"      - name: k{i}\n        hash: sha256:{i:x64}\n"));
        cluster.WriteUsers("users:\n  - gitlab_username: alice\n    keys:\n" + keys);
        await GitLabStage.TakeFiles(cluster);
        using var alice = await PortalClient.LoggedIn(cluster, "alice");

        using (var last = await alice.Post("/keys/" + IdOf(cluster, "k0"), ("do", "rotate"), ("overlap", "168")))
            Assert.Equal(HttpStatusCode.OK, last.StatusCode);
        using (var more = await alice.Post("/keys/" + IdOf(cluster, "k1"), ("do", "rotate"), ("overlap", "168")))
            Assert.Equal(HttpStatusCode.Conflict, more.StatusCode);
        using (var instead = await alice.Post("/keys/" + IdOf(cluster, "k1"), ("do", "rotate"), ("overlap", "0")))
            Assert.Equal(HttpStatusCode.OK, instead.StatusCode);
        Assert.Equal(KeysModel.MostWithLeaving, Keys(cluster).Count);
    }

    [Fact]
    public async Task After_a_rotation_both_keys_work_for_the_overlap_and_without_one_the_old_stops_at_once()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Stage(llm.Url);
        using var alice = await PortalClient.LoggedIn(cluster, "alice");
        var first = await KeyOn(await alice.Post("/keys", ("name", "laptop"), ("lifetime", "")));

        var second = await KeyOn(await alice.Post("/keys/" + IdOf(cluster, "laptop"), ("do", "rotate"), ("overlap", "1"), ("form_id", "r1")));
        await AssertWorks(cluster, first);
        await AssertWorks(cluster, second);
        var old = Keys(cluster).Single(key => key.Name == "laptop-old");
        Assert.InRange(old.ExpiresAt!.Value - TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(58), TimeSpan.FromMinutes(60));

        var third = await KeyOn(await alice.Post("/keys/" + IdOf(cluster, "laptop"), ("do", "rotate"), ("overlap", "0"), ("form_id", "r2")));
        await AssertWorks(cluster, third);
        using var client = cluster.ClientWith(second);
        using var refused = await client.Chat();
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_the_old_key_did_is_not_said_of_the_new_one(bool hasId)
    {
        var now = TimeProvider.System.GetUtcNow();
        await using var cluster = await Cluster.Start(new Uri("http://127.0.0.1:9"), new ClusterOptions
        {
            Users = string.Create(CultureInfo.InvariantCulture, $"users:\n  - gitlab_username: alice\n    keys:\n      - {{name: laptop, prefix: sk-test, hash: \"{ApiKey.Hash(TestUsers.AliceKey).Format()}\", created_at: {now.AddDays(-2):yyyy-MM-dd'T'HH:mm:ss'Z'}}}\n"),
            Broker = options => options.Portal.DevLogin = true,
            WithoutConnector = true,
        });
        using var alice = await PortalClient.LoggedIn(cluster, "alice");
        var id = cluster.Broker.GetRequiredService<BillingProofs>().KeyId(Keys(cluster).Single());
        cluster.Broker.GetRequiredService<UsageHistory>().Add(new HistoryEntry("alice", now.AddHours(-1), "test-model", "laptop") { KeyId = hasId ? id : null });
        Assert.DoesNotContain("no use known", await alice.Page("/keys") + await alice.Page("/"), StringComparison.Ordinal);

        await KeyOn(await alice.Post("/keys/" + IdOf(cluster, "laptop"), ("do", "rotate"), ("overlap", "1")));

        Assert.Matches(@"<dd>\s*no use known\s*</dd>", await alice.Page("/keys/" + IdOf(cluster, "laptop")));
        // A line that has the name alone is nobody's by now.
        Assert.Equal(hasId, !(await alice.Page("/keys/" + IdOf(cluster, "laptop-old"))).Contains("no use known", StringComparison.Ordinal));
        Assert.DoesNotContain("no use known", await alice.Page("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_ends_is_replaced_by_one_that_ends_unless_another_choice_is_made()
    {
        await using var cluster = await Stage();
        using var alice = await PortalClient.LoggedIn(cluster, "alice");
        await KeyOn(await alice.Post("/keys", ("name", "laptop"), ("lifetime", "90")));
        var path = "/keys/" + IdOf(cluster, "laptop");
        Assert.Contains("<option value=\"90\" selected>", await alice.Page(path), StringComparison.Ordinal);

        await KeyOn(await alice.Post(path, ("do", "rotate"), ("overlap", "0"), ("lifetime", "90")));

        Assert.Equal(90, (Keys(cluster).Single(key => key.Name == "laptop").ExpiresAt!.Value - TimeProvider.System.GetUtcNow()).TotalDays, 0.1);
        Assert.Contains(", ends 2", await ReadShared(Path.Combine(cluster.Data, "audit.jsonl")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_is_renamed_and_revoked_with_a_notice_and_a_second_time_nothing_breaks()
    {
        await using var cluster = await Stage();
        using var alice = await PortalClient.LoggedIn(cluster, "alice");
        var key = await KeyOn(await alice.Post("/keys", ("name", "laptop"), ("lifetime", "")));
        var path = "/keys/" + IdOf(cluster, "laptop");

        using (var renamed = await alice.Post(path, ("do", "rename"), ("name", "desk")))
            Assert.Equal(path + "?done=key-renamed", renamed.Headers.Location?.ToString());
        Assert.Contains("desk", await alice.Page(path), StringComparison.Ordinal);
        using (var revoked = await alice.Post(path, ("do", "revoke")))
            Assert.Equal("/keys?done=key-revoked", revoked.Headers.Location?.ToString());
        using var again = await alice.Post(path, ("do", "revoke"));
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
        using var client = cluster.ClientWith(key);
        using var refused = await client.GetAsync("v1/models", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task Another_ones_key_is_not_there()
    {
        await using var cluster = await Stage();
        using var alice = await PortalClient.LoggedIn(cluster, "alice");
        using var mallory = await PortalClient.LoggedIn(cluster, "mallory");
        await KeyOn(await alice.Post("/keys", ("name", "laptop"), ("lifetime", "")));
        var path = "/keys/" + IdOf(cluster, "laptop");

        using (var page = await mallory.Get(path))
            Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        foreach (var fields in new (string, string)[][] { [("do", "revoke")], [("do", "rename"), ("name", "x")], [("do", "rotate"), ("overlap", "0")] })
        {
            using var answer = await mallory.Post(path, fields);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }

        Assert.Contains(Keys(cluster), key => key.Name == "laptop");
    }

    [Fact]
    public async Task What_cannot_be_is_said_and_what_was_typed_is_still_there_as_text()
    {
        await using var cluster = await Stage();
        using var alice = await PortalClient.LoggedIn(cluster, "alice");

        var script = await KeyOn(await alice.Post("/keys", ("name", Script), ("lifetime", "")));
        Assert.DoesNotContain(Script, await alice.Page("/keys") + await alice.Page("/keys/" + IdOf(cluster, Script)), StringComparison.Ordinal);
        Assert.NotEmpty(script);
        foreach (var (name, lifetime, status) in new[] { ("sk-laptop", "", 400), (new string('x', 65), "", 400), ("fine", "3", 400), (Script, "", 409) })
        {
            using var answer = await alice.Post("/keys", ("name", name), ("lifetime", lifetime), ("form_id", name));
            Assert.Equal(status, (int)answer.StatusCode);
            var page = await answer.Text();
            Assert.Contains("role=\"alert\"", page, StringComparison.Ordinal);
            Assert.DoesNotContain(Script, page, StringComparison.Ordinal);
            Assert.Contains(WebUtility.HtmlEncode(name), page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Home_says_what_is_left_and_which_models_are_online()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions
        {
            Users = $"users:\n  - gitlab_username: alice\n    api_key: {TestUsers.AliceKey}\n    limits: {{tokens_per_day: 50000}}\n",
            Broker = options => options.Portal.DevLogin = true,
        });
        using var alice = await PortalClient.LoggedIn(cluster, "alice");

        var page = await alice.Page("/");

        Assert.Contains("50k of 50k left", page, StringComparison.Ordinal);
        Assert.Contains("test-model", page, StringComparison.Ordinal);
        Assert.Contains(cluster.Url + "v1", page, StringComparison.Ordinal);
    }

    private static Task<Cluster> Stage(Uri? llm = null) =>
        Cluster.Start(llm ?? new Uri("http://127.0.0.1:9"), new ClusterOptions { Broker = options => options.Portal.DevLogin = true, WithoutConnector = llm is null });

    private static async Task<string> KeyOn(HttpResponseMessage answer)
    {
        var page = await answer.Text();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"answered with {(int)answer.StatusCode} {page}");
        Assert.Contains("no-store", answer.Headers.CacheControl?.ToString(), StringComparison.Ordinal);
        return AnyKey().Match(page).Value;
    }

    private static async Task AssertWorks(Cluster cluster, string key)
    {
        using var client = cluster.ClientWith(key);
        using var answer = await client.Chat();
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static IReadOnlyList<KeyRecord> Keys(Cluster cluster) => UsersFile.Parse(File.ReadAllText(Path.Combine(cluster.Data, "users.yaml"))).Content!.FindUser("alice")!.Keys;

    private static string IdOf(Cluster cluster, string name) => KeyId.Of(Keys(cluster).Single(key => key.Name == name).Digest);

    private static async Task<string> ReadShared(string path)
    {
        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    [GeneratedRegex("sk-[0-9a-f]{32}", RegexOptions.NonBacktracking)]
    private static partial Regex AnyKey();
}
