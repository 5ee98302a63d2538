using System.Text;
using RemoteLlm.Protocol.Conversations;
using RemoteLlm.Protocol.Dialects.Requests;

namespace RemoteLlm.Protocol.Tests.Conversations;

public sealed class ConversationKeysTests
{
    private const string Body = """{"model":"m","messages":[{"role":"system","content":"s"},{"role":"user","content":"Hi"}]}""";

    [Fact]
    public void The_same_beginning_is_the_same_conversation_whatever_follows()
    {
        var early = Assert.Single(Keys(Body));
        Assert.Equal([early], Keys(Body.Replace("]}", ",{\"role\":\"assistant\",\"content\":\"x\"}]}", StringComparison.Ordinal)));
        Assert.NotEqual(early, Keys(Body.Replace("Hi", "Ho", StringComparison.Ordinal))[0]);
    }

    [Fact]
    public void Nobody_finds_another_users_nor_another_models()
    {
        var own = Keys(Body)[0];
        Assert.NotEqual(own, Keys(Body, user: "bob")[0]);
        Assert.NotEqual(own, Keys(Body.Replace("\"m\"", "\"n\"", StringComparison.Ordinal))[0]);
    }

    [Fact]
    public void Names_that_the_client_gives_come_before_the_first_message()
    {
        var body = Body.Replace("{\"model\"", "{\"prompt_cache_key\":\"k\",\"model\"", StringComparison.Ordinal);
        var message = Keys(Body)[0];
        var all = Keys(body, ("X-Session-Id", "s"), ("X-Claude-Code-Session-Id", "c"));

        Assert.Equal(4, all.Distinct().Count());
        Assert.Equal([Keys(Body, ("X-Claude-Code-Session-Id", "c"))[0], Keys(body)[0], Keys(Body, ("X-Session-Id", "s"))[0], message], all);
    }

    [Fact]
    public void Of_a_long_message_the_beginning_counts_and_less_than_that_says_nothing()
    {
        var longer = Body.Replace("Hi", new string('a', 5000), StringComparison.Ordinal);
        var whole = Keys(longer);

        Assert.Equal(whole, Keys(longer[..4500]));
        Assert.Single(whole);
        Assert.Empty(Keys(longer[..4000]));
    }

    [Fact]
    public void Without_anything_that_tells_there_is_none() => Assert.Empty(Keys("""{"model":"m"}""", ("X-Session-Id", "")));

    private static IReadOnlyList<UInt128> Keys(string body, params (string Name, string Value)[] headers) => Keys(body, "alice", headers);

    private static IReadOnlyList<UInt128> Keys(string body, string user, params (string Name, string Value)[] headers)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var scanner = new RequestScanner(seekFirstMessage: true);
        scanner.Scan(bytes);
        var part = ConversationKeys.Part(scanner.FirstMessage);
        var message = part is var (start, end) && end <= bytes.Length ? bytes.AsSpan((int)start, (int)(end - start)) : default;
        return ConversationKeys.Of(user, scanner.Model, name => headers.FirstOrDefault(header => header.Name == name).Value, scanner.PromptCacheKey, message);
    }
}
