using System.Collections.Concurrent;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Testing;
using RemoteLlm.Testing.Llm;

namespace RemoteLlm.Connector.Tests.Servers;

public sealed class ResponseHabitsTests : IDisposable
{
    private readonly LlmHttpClient _client = new(new LlmServerOptions { Url = "http://gpu" }.ToEntry());
    private readonly ResponseHabits _habits = new(TimeProvider.System);
    private int _retries;

    public static TheoryData<int, int, bool> BadManners => new()
    {
        { 1, 100, false }, { 1, 1 << 20, false }, { 8, 100, false },
        { 1, 100, true }, { 1, 1 << 20, true }, { 8, 100, true },
    };

    [Theory]
    [MemberData(nameof(BadManners))]
    public async Task No_caller_sees_a_connection_that_was_closed_after_keep_alive(int callers, int bodyLength, bool reset)
    {
        await using var llm = new ScriptedLlmServer(reset ? Resetting(LlmScripts.Stream("a", "b")) : LlmScripts.ClosingAfter(LlmScripts.Stream("a", "b")));
        var answers = new ConcurrentBag<string>();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 200 / callers; i++)
            {
                using var response = await Send(llm, bodyLength);
                answers.Add(await ReadWhatComes(response));
            }
        }))).OrHang();

        Assert.Equal(200, answers.Count);
        if (!reset)
            Assert.All(answers, answer => Assert.EndsWith("data: [DONE]\n\n", answer));

        // Learned at the first failure: only requests that were already under way can fail after it.
        Assert.InRange(_retries, 0, callers);
    }

    [Fact]
    public async Task Without_the_rule_callers_would_see_failures()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.ClosingAfter(LlmScripts.Stream("a", "b")));
        var failures = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 100; i++)
            {
                try
                {
                    using var response = await _client.Pooled.SendAsync(Request(llm, 100), TestContext.Current.CancellationToken);
                    await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                }
                catch (HttpRequestException failure)
                {
                    Assert.True(ResponseHabits.IsRetryable(failure), failure.ToString());
                    Interlocked.Increment(ref failures);
                }
            }
        }))).OrHang();
        Assert.NotEqual(0, failures);
    }

    [Fact]
    public async Task A_failure_that_a_second_try_cannot_mend_is_not_retryable()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Garbage());
        Assert.False(ResponseHabits.IsRetryable(await Failure(llm)));
        llm.Refuse();
        Assert.False(ResponseHabits.IsRetryable(await Failure(llm)));
        Assert.False(ResponseHabits.IsRetryable(new HttpRequestException("unknown")));
        Assert.False(ResponseHabits.IsRetryable(new HttpRequestException(HttpRequestError.NameResolutionError)));
    }

    [Fact]
    public void Only_streams_ask_for_the_close_and_only_once_it_was_learned()
    {
        Assert.False(_habits.SendConnectionClose(streaming: true));
        _habits.ObserveRetriedFailure();
        Assert.True(_habits.SendConnectionClose(streaming: true));
        Assert.False(_habits.SendConnectionClose(streaming: false));
    }

    [Fact]
    public async Task The_fresh_way_never_reuses_a_connection_and_the_pool_does()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        foreach (var invoker in new[] { _client.Pooled, _client.Pooled, _client.Fresh, _client.Fresh })
        {
            using var response = await invoker.SendAsync(Request(llm, 10), TestContext.Current.CancellationToken);
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(3, llm.Connections);
    }

    [Fact]
    public async Task A_cancelled_answer_closes_the_connection()
    {
        using var chunks = new Turnstile();
        await using var llm = new ScriptedLlmServer(LlmScripts.Stream(chunks, "a", "b"));
        chunks.Release();
        var response = await _client.Pooled.SendAsync(Request(llm, 10), TestContext.Current.CancellationToken).OrHang();
        var exchange = await llm.NextExchange();
        Assert.False(exchange.PeerClosed.IsCompleted);
        response.Dispose();
        await exchange.PeerClosed.OrHang();
    }

    public void Dispose() => _client.Dispose();

    private static LlmScript Resetting(LlmScript script) => async exchange =>
    {
        await script(exchange);
        await exchange.End();
        exchange.Cut();
    };

    private static HttpRequestMessage Request(ScriptedLlmServer llm, int bodyLength) =>
        new(HttpMethod.Post, new Uri(llm.Url, "v1/chat/completions")) { Content = new ByteArrayContent(new byte[bodyLength]) };

    private static async Task<string> ReadWhatComes(HttpResponseMessage response)
    {
        try
        {
            return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        }
        catch (HttpRequestException)
        {
            // A reset may overtake the last bytes of an answer; that is the server's doing, not the pool's.
            return "";
        }
    }

    private async Task<HttpResponseMessage> Send(ScriptedLlmServer llm, int bodyLength)
    {
        var close = _habits.SendConnectionClose(streaming: true);
        using var request = Request(llm, bodyLength);
        request.Headers.ConnectionClose = close ? true : null;
        try
        {
            return await (close ? _client.Fresh : _client.Pooled).SendAsync(request, TestContext.Current.CancellationToken);
        }
        catch (HttpRequestException failure) when (!close && ResponseHabits.IsRetryable(failure))
        {
            Interlocked.Increment(ref _retries);
            _habits.ObserveRetriedFailure();
            using var again = Request(llm, bodyLength);
            return await _client.Fresh.SendAsync(again, TestContext.Current.CancellationToken);
        }
    }

    private async Task<HttpRequestException> Failure(ScriptedLlmServer llm)
    {
        using var request = Request(llm, 10);
        return await Assert.ThrowsAsync<HttpRequestException>(() => _client.Pooled.SendAsync(request, TestContext.Current.CancellationToken));
    }
}
