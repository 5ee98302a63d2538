namespace RemoteLlm.EndToEnd.Tests.Servers;

/// <summary>The kinds of requests that differ in how they are relayed.</summary>
public enum Work
{
    /// <summary>A chat whose answer is a stream.</summary>
    ChatStream,

    /// <summary>A chat whose answer comes whole.</summary>
    ChatWhole,

    /// <summary>Embeddings.</summary>
    Embeddings,

    /// <summary>A ranking, which is held and written anew.</summary>
    Rerank,
}

/// <summary>Sends them, and answers them.</summary>
internal static class WorkScripts
{
    /// <summary>Answers each as a server that is well.</summary>
    public static Task Good(ScriptedExchange exchange) => Of(exchange.Request) switch
    {
        Work.Embeddings => exchange.SendJson("""{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5]}],"model":"test-model","usage":{"prompt_tokens":7,"total_tokens":7}}"""),
        Work.Rerank => exchange.SendJson("""{"results":[{"index":0,"relevance_score":0.5}],"usage":{"prompt_tokens":7,"total_tokens":7}}"""),
        Work.ChatStream => LlmScripts.Stream("Hello")(exchange),
        _ => LlmScripts.Completion()(exchange),
    };

    /// <summary>Chat streams wait at the turnstile; everything else is answered at once.</summary>
    public static LlmScript Held(Turnstile gate) => exchange => Of(exchange.Request) == Work.ChatStream ? LlmScripts.Stream(gate, "one", "two")(exchange) : Good(exchange);

    /// <summary>What a request is.</summary>
    public static Work Of(ScriptedRequest request) =>
        request.Path.EndsWith("embeddings", StringComparison.Ordinal) ? Work.Embeddings
        : request.Path.EndsWith("rerank", StringComparison.Ordinal) ? Work.Rerank
        : request.BodyText.Contains("\"stream\":true", StringComparison.Ordinal) ? Work.ChatStream
        : Work.ChatWhole;

    /// <summary>Sends a small request; a chat is a new conversation each time.</summary>
    public static Task<HttpResponseMessage> Ask(this HttpClient client, Work work, string model = "test-model") => work switch
    {
        Work.Embeddings => client.Post("v1/embeddings", $$"""{"model":"{{model}}","input":"Hi"}"""),
        Work.Rerank => client.Post("v1/rerank", $$"""{"model":"{{model}}","query":"Hi","documents":["one"]}"""),
        _ => client.Chat(work == Work.ChatStream, model),
    };

    /// <summary>The answer is good, whole, and of this server. Returns its text.</summary>
    public static async Task<string> AssertGood(this HttpResponseMessage answer, string server)
    {
        var text = await answer.Text();
        Assert.True((int)answer.StatusCode == 200, $"{(int)answer.StatusCode}: {text}");
        Assert.Equal(server, answer.Header("x-remotellm-server"));
        if (answer.Content.Headers.ContentType?.MediaType == "text/event-stream")
            Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
        return text;
    }
}
