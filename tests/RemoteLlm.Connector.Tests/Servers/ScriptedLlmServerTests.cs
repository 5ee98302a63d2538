using System.Net.Http.Headers;
using System.Text;
using RemoteLlm.Testing;
using RemoteLlm.Testing.Llm;

namespace RemoteLlm.Connector.Tests.Servers;

/// <summary>The test server itself: other tests believe what it says.</summary>
public sealed class ScriptedLlmServerTests : IDisposable
{
    private readonly HttpClient _client = new();

    [Fact]
    public async Task A_chunk_is_sent_only_when_it_is_released()
    {
        using var chunks = new Turnstile();
        await using var llm = new ScriptedLlmServer(LlmScripts.Stream(chunks, "one", "two"));
        using var response = await Send(llm, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var buffer = new byte[4096];

        var first = body.ReadAsync(buffer, TestContext.Current.CancellationToken).AsTask();
        Assert.False(first.IsCompleted);
        chunks.Release();
        Assert.Contains("one", Encoding.UTF8.GetString(buffer, 0, await first.OrHang()));

        var second = body.ReadAsync(buffer, TestContext.Current.CancellationToken).AsTask();
        Assert.False(second.IsCompleted);
        chunks.Release();
        Assert.Contains("two", Encoding.UTF8.GetString(buffer, 0, await second.OrHang()));
    }

    [Fact]
    public async Task Records_the_request_and_reuses_the_connection()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        for (var i = 0; i < 3; i++)
        {
            using var response = await Send(llm);
            Assert.Contains("\"usage\"", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            var exchange = await llm.NextExchange();
            Assert.Equal(("POST", "/v1/chat/completions?x=1", "{\"ä\":1}", i), (exchange.Request.Method, exchange.Request.Path, exchange.Request.BodyText, exchange.OrdinalOnConnection));
            Assert.Equal("Bearer k", exchange.Request["AUTHORIZATION"]);
        }

        Assert.Equal((1, 3), (llm.Connections, llm.Requests.Count));
    }

    [Fact]
    public async Task The_peers_leaving_is_seen_while_a_script_waits()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Hang());
        using var cancel = new CancellationTokenSource();
        var sending = Send(llm, cancel: cancel);
        var exchange = await llm.NextExchange();
        Assert.False(exchange.PeerClosed.IsCompleted);
        await cancel.CancelAsync();
        Assert.True(await exchange.PeerClosed.OrHang() > 0);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    [Fact]
    public async Task Cut_garbage_and_refusal_fail_the_client()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Garbage());
        await Assert.ThrowsAsync<HttpRequestException>(() => Send(llm));

        llm.Script = async exchange =>
        {
            await exchange.SendHeaders();
            exchange.Cut();
        };
        await Assert.ThrowsAnyAsync<Exception>(() => Send(llm));

        llm.Refuse();
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => Send(llm));
        Assert.Equal(HttpRequestError.ConnectionError, refused.HttpRequestError);

        llm.Listen();
        llm.Script = LlmScripts.Completion();
        using var response = await Send(llm);
        Assert.True(response.IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_failed_script_fails_the_test()
    {
        var llm = new ScriptedLlmServer(_ => throw new InvalidOperationException("as scripted"));
        await Assert.ThrowsAnyAsync<Exception>(() => Send(llm));
        var failure = await Assert.ThrowsAsync<AggregateException>(() => llm.DisposeAsync().AsTask());
        Assert.Equal("as scripted", failure.InnerException!.Message);
    }

    public void Dispose() => _client.Dispose();

    private async Task<HttpResponseMessage> Send(
        ScriptedLlmServer llm, HttpCompletionOption completion = HttpCompletionOption.ResponseContentRead, CancellationTokenSource? cancel = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(llm.Url, "v1/chat/completions?x=1"));
        request.Content = new StringContent("{\"ä\":1}");
        request.Headers.TransferEncodingChunked = llm.Requests.Count % 2 == 1;
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "k");
        return await _client.SendAsync(request, completion, cancel?.Token ?? TestContext.Current.CancellationToken).OrHang();
    }
}
