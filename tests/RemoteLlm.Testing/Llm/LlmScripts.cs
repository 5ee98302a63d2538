namespace RemoteLlm.Testing.Llm;

/// <summary>Scripts that many tests want.</summary>
public static class LlmScripts
{
    /// <summary>Answers with a whole JSON body.</summary>
    public static LlmScript Json(string body, int status = 200) => exchange => exchange.SendJson(body, status);

    /// <summary>A chat completion that is not streamed, with usage.</summary>
    public static LlmScript Completion(string content = "Hello") => Json(
        $$$"""{"id":"c1","object":"chat.completion","created":1,"model":"test-model","choices":[{"index":0,"message":{"role":"assistant","content":"{{{content}}}"},"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10}}""");

    /// <summary>A streamed chat completion of the given pieces, then usage and <c>[DONE]</c>.</summary>
    public static LlmScript Stream(params string[] pieces) => Stream(null, pieces);

    /// <summary>The same, each piece sent only when the turnstile lets it pass.</summary>
    public static LlmScript Stream(Turnstile? turnstile, params string[] pieces) => async exchange =>
    {
        await exchange.SendHeaders();
        foreach (var piece in pieces)
        {
            if (turnstile is not null)
                await turnstile.Pass(exchange.PeerGone);
            await exchange.SendEvent(Delta(piece));
        }

        await exchange.SendEvent(
            """{"id":"c1","object":"chat.completion.chunk","created":1,"model":"test-model","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10}}""");
        await exchange.SendEvent("[DONE]");
    };

    /// <summary>Closes each connection right after the answer although keep-alive was announced, as llama-server does.</summary>
    public static LlmScript ClosingAfter(LlmScript script) => async exchange =>
    {
        exchange.CloseAfterwards = true;
        await script(exchange);
    };

    /// <summary>Takes the request and says nothing until the client leaves.</summary>
    public static LlmScript Hang() => exchange => exchange.PeerClosed;

    /// <summary>Answers with bytes that are not HTTP, then closes.</summary>
    public static LlmScript Garbage() => async exchange =>
    {
        await exchange.SendRaw("\0\u0001this is not HTTP\r\n\r\n");
        exchange.Close();
    };

    /// <summary>One streamed chat chunk that carries the piece of text.</summary>
    public static string Delta(string content) =>
        $$$"""{"id":"c1","object":"chat.completion.chunk","created":1,"model":"test-model","choices":[{"index":0,"delta":{"content":"{{{content}}}"},"finish_reason":null}]}""";
}
