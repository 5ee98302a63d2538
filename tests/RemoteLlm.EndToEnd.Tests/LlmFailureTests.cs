using System.Net;

namespace RemoteLlm.EndToEnd.Tests;

/// <summary>The LLM server is down, silent, rude, or dies: the client is told so, and never takes half an answer for a whole one.</summary>
public sealed class LlmFailureTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task llm_unavailable(bool stream)
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url);
        llm.Refuse();

        using var answer = await cluster.Client.Chat(stream);

        await ErrorAssert.Is(answer, 502, "server_error", "upstream_error");
        llm.Listen();
        using var again = await cluster.Client.Chat();
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task llm_unavailable_since_the_connector_started()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        llm.Refuse();
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { WithoutConnector = true });
        await cluster.StartConnector();

        // 503 until the connector is there, then what is wrong with its server.
        HttpResponseMessage? answer = null;
        await cluster.UntilTrue(async () => (answer = await cluster.Client.Chat()).StatusCode != HttpStatusCode.ServiceUnavailable);

        await ErrorAssert.Is(answer!, 502, "server_error", "upstream_error");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task llm_unavailable_because_it_is_silent(bool stream)
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Hang());
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { Llm = server => server.FirstByteTimeout = TimeSpan.FromMilliseconds(100) });

        using var answer = await cluster.Client.Chat(stream);

        await ErrorAssert.Is(answer, 504, "server_error", "upstream_timeout");
        await (await llm.NextExchange()).PeerClosed.OrHang();
    }

    [Fact]
    public async Task llm_unavailable_because_it_speaks_no_http()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Garbage());
        await using var cluster = await Cluster.Start(llm.Url);

        using var answer = await cluster.Client.Chat();

        await ErrorAssert.Is(answer, 502, "server_error", "upstream_error");
    }

    [Fact]
    public async Task Errors_of_the_LLM_server_pass_unchanged()
    {
        const string Error = """{"error":{"message":"too long","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}""";
        await using var llm = new ScriptedLlmServer(LlmScripts.Json(Error, 400));
        await using var cluster = await Cluster.Start(llm.Url);

        using var answer = await cluster.Client.Chat();

        Assert.Equal((HttpStatusCode.BadRequest, Error), (answer.StatusCode, await answer.Text()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Death_in_mid_stream_is_told_in_the_stream(bool reset)
    {
        await using var llm = new ScriptedLlmServer(async exchange =>
        {
            await exchange.SendHeaders();
            await exchange.SendEvent(LlmScripts.Delta("one"));
            await exchange.SendChunk("data: {\"half\":");
            if (reset)
                exchange.Cut();
            else
                exchange.Close();
        });
        await using var cluster = await Cluster.Start(llm.Url);

        using var answer = await cluster.Client.Chat(stream: true);
        await using var events = await answer.Events();
        var rest = await events.Rest();

        Assert.Contains("one", rest[0], StringComparison.Ordinal);
        ErrorAssert.IsEvent(rest[^1], "server_error", "stream_interrupted");
        Assert.DoesNotContain("[DONE]", rest);
        Assert.InRange(rest.Count, 2, 3);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Death_in_mid_JSON_aborts_the_answer(bool reset)
    {
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(async exchange =>
        {
            await exchange.SendRaw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"choices\":");
            await gate.Pass(exchange.PeerGone);
            if (reset)
                exchange.Cut();
            else
                exchange.Close();
        });
        await using var cluster = await Cluster.Start(llm.Url);

        using var answer = await cluster.Client.Chat();
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        gate.Release();

        Assert.True(await Record.ExceptionAsync(() => answer.Text()) is HttpRequestException or IOException);
    }
}
