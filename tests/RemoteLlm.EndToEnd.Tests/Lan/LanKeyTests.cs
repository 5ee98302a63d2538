using System.Net;
using RemoteLlm.Connector.Lan;
using RemoteLlm.EndToEnd.Tests.Errors;
using RemoteLlm.Protocol.Dialects;

namespace RemoteLlm.EndToEnd.Tests.Lan;

/// <summary>The LAN port's own keys.</summary>
public sealed class LanKeyTests
{
    private const string FileKey = "sk-f11e000000000000000000000000000f";
    private const string NewKey = "sk-0e30000000000000000000000000000e";

    [Theory]
    [InlineData("Authorization", "Bearer ")]
    [InlineData("x-api-key", "")]
    [InlineData("api-key", "")]
    public async Task Key_of_either_place_is_taken_however_it_is_sent_and_goes_no_further(string header, string before)
    {
        using var folder = new TemporaryFolder();
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var lan = await LanHost.Start(llm.Url, new LanOptions { Listen = "0", Keys = LanHost.Key, KeysFile = folder.Write("keys", $"# of the family\n\nfred={FileKey}\n") });

        foreach (var (key, user) in new[] { (LanHost.Key, "local"), (FileKey, "fred") })
        {
            using var client = lan.ClientWith(null);
            client.DefaultRequestHeaders.TryAddWithoutValidation(header, before + key);
            using var chat = await client.Chat();
            Assert.Equal(HttpStatusCode.OK, chat.StatusCode);
            await lan.Logs.Until("Request", chat.Header("x-request-id"), $" {user} ");
            using var models = await client.GetAsync("v1/models", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, models.StatusCode);
        }

        Assert.All(llm.Requests, request => Assert.DoesNotContain(request.Headers.Values, value => value.Contains("sk-", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(Dialect.OpenAi, null)]
    [InlineData(Dialect.Anthropic, null)]
    [InlineData(Dialect.Ollama, null)]
    [InlineData(Dialect.OpenAi, TestUsers.UnknownKey)]
    [InlineData(Dialect.Anthropic, TestUsers.UnknownKey)]
    [InlineData(Dialect.Ollama, TestUsers.UnknownKey)]
    [InlineData(Dialect.OpenAi, "sk-short")]
    public async Task Wrong_key_is_refused_in_the_clients_language(Dialect dialect, string? key)
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var lan = await LanHost.Start(llm.Url);
        using var client = lan.ClientWith(key);

        using var chat = await client.ChatIn(dialect);
        await DialectChat.AssertIs(chat, dialect, 401, "invalid_api_key");
        Assert.NotEmpty(chat.Header("openai-processing-ms"));
        using var models = await client.GetAsync(dialect == Dialect.Ollama ? "api/tags" : "v1/models", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, models.StatusCode);
        Assert.Empty(llm.Requests);
    }

    [Fact]
    public async Task Address_that_tries_keys_is_slowed_down_and_a_good_key_from_there_passes()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var lan = await LanHost.Start(llm.Url);
        (await lan.Client.Chat()).Dispose();
        using var guesser = lan.ClientWith(TestUsers.UnknownKey);
        HttpResponseMessage answer;
        do
            answer = await guesser.Chat();
        while (answer.StatusCode == HttpStatusCode.Unauthorized);

        await ErrorAssert.Is(answer, 429, "rate_limit_error", "too_many_failed_keys");
        using var good = await lan.Client.Chat();
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
    }

    [Fact]
    public async Task Edit_of_the_file_is_live_and_a_broken_one_changes_nothing()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("keys", FileKey);
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var lan = await LanHost.Start(llm.Url, new LanOptions { Listen = "0", KeysFile = path });
        Assert.Equal(HttpStatusCode.OK, await Status(FileKey));

        folder.Write("keys", $"nina={NewKey}\nfred={FileKey}\n");
        await lan.Logs.Until("LAN keys in force 2");
        Assert.Equal(HttpStatusCode.OK, await Status(NewKey));

        folder.Write("keys", $"nina={NewKey}\nfred=secret-but-too-short\n");
        await lan.Logs.Until("LAN keys not taken", "line 2 must be");
        Assert.DoesNotContain(lan.Logs.Entries, entry => entry.Says("too-short"));
        Assert.Equal(HttpStatusCode.OK, await Status(FileKey));

        folder.Write("keys", $"nina={NewKey}\n");
        await lan.Logs.Until("LAN keys in force 1");
        Assert.Equal(HttpStatusCode.OK, await Status(NewKey));

        async Task<HttpStatusCode> Status(string key)
        {
            using var client = lan.ClientWith(key);
            using var answer = await client.Chat();
            return answer.StatusCode;
        }
    }
}
