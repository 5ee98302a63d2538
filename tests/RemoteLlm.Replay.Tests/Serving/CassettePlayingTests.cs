using System.Net;
using System.Text;
using System.Text.Json;
using RemoteLlm.Replay.Tests.Support;
using RemoteLlm.Testing;

namespace RemoteLlm.Replay.Tests.Serving;

public sealed class CassettePlayingTests
{
    private const string Chat = "/v1/chat/completions";

    private const string ThreeChunks = """
        source: hand-written for a test
        request: { method: POST, path: /v1/chat/completions, body: { model: m } }
        response:
          headers: { Content-Type: text/event-stream }
          chunks:
            - { after_ms: 10, text: "one" }
            - { after_ms: 20, text: "two" }
            - { after_ms: 30, text: "three" }
        """;

    [Fact]
    public async Task Demo_AnyPrompt_StreamsAPleasantAnswer()
    {
        await using var replay = await RunningReplay.Start(new ReplayOptions { Pacing = ReplayPacing.None });

        using var answer = await replay.Post(Chat, """{"model":"replay-demo","messages":[{"role":"user","content":"anything at all"}],"stream":true,"temperature":2}""").OrHang();
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("Hello!", text, StringComparison.Ordinal);
        Assert.DoesNotContain("usage", text, StringComparison.Ordinal);
        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Demo_UsageAskedFor_ComesInTheLastEvent()
    {
        await using var replay = await RunningReplay.Start(new ReplayOptions { Pacing = ReplayPacing.None });

        using var answer = await replay.Post(Chat, """{"model":"replay-demo","messages":[],"stream":true,"stream_options":{"include_usage":true}}""").OrHang();
        var events = (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);

        using var last = JsonDocument.Parse(events[^2]["data: ".Length..]);
        Assert.Equal(0, last.RootElement.GetProperty("choices").GetArrayLength());
        var tokens = events.Count(line => line.Contains("\"content\":", StringComparison.Ordinal) && !line.Contains("\"role\"", StringComparison.Ordinal));
        Assert.Equal(tokens, last.RootElement.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
    }

    [Fact]
    public async Task Demo_NotStreamed_AnswersWithALength()
    {
        await using var replay = await RunningReplay.Start(new ReplayOptions { Pacing = ReplayPacing.None });

        using var answer = await replay.Post(Chat, """{"model":"replay-demo","messages":[{"role":"user","content":"hi"}]}""").OrHang();
        var body = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);

        Assert.Equal(body.Length, answer.Content.Headers.ContentLength);
        Assert.StartsWith("Hello!", JsonDocument.Parse(body).RootElement.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recorded_pacing_sends_no_chunk_before_its_time()
    {
        using var folder = new TemporaryFolder();
        folder.Write("c.yaml", ThreeChunks);
        var time = new ManualTime();
        await using var replay = await RunningReplay.Start(new ReplayOptions { CassettesDirectory = folder.Path, Time = time });
        using var answer = await replay.Post(Chat, """{"model":"m"}""").OrHang();
        await using var stream = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);

        foreach (var (wait, text) in new[] { (10, "one"), (20, "two"), (30, "three") })
        {
            await time.UntilArmed().OrHang();
            var next = ReadSome(stream);
            time.Advance(TimeSpan.FromMilliseconds(wait - 1));
            Assert.Equal(1, time.ArmedTimers);
            Assert.False(next.IsCompleted);
            time.Advance(TimeSpan.FromMilliseconds(1));
            Assert.Equal(text, await next.OrHang());
        }

        Assert.Equal("", await ReadSome(stream).OrHang());
    }

    [Fact]
    public async Task Cut_EndsTheConnectionAfterEveryByteWithoutAnEndOfTheAnswer()
    {
        await using var replay = await RunningReplay.Play(RunningReplay.RepositoryCassettes);

        var wire = await RawExchange.UntilClosed(replay.Address, Chat, """{"model":"replay-cut","messages":[],"stream":true}""");

        Assert.Contains("Transfer-Encoding: chunked", wire, StringComparison.Ordinal);
        Assert.EndsWith("data: {\"id\":\"chatcmpl-replay-cut\",\"object\":\"chat.compl\r\n", wire, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Close_EndsTheAnswerAndThenTheConnectionUnannounced()
    {
        await using var replay = await RunningReplay.Play(RunningReplay.RepositoryCassettes);

        var wire = await RawExchange.UntilClosed(
            replay.Address,
            Chat,
            """{"model":"tiny-llama","messages":[{"role":"user","content":"Say hello to the team."}],"max_tokens":24,"seed":7,"temperature":0,"stream":true}""");

        Assert.DoesNotContain("Connection: close", wire, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith("data: [DONE]\n\n\r\n0\r\n\r\n", wire, StringComparison.Ordinal);
        Assert.Contains("Access-Control-Allow-Origin: \r\n", wire, StringComparison.Ordinal);
        Assert.Contains("Server: llama.cpp\r\n", wire, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_cassette_SaysWhatWasLookedForAndWhatIsNear()
    {
        await using var replay = await RunningReplay.Play(RunningReplay.RepositoryCassettes);

        using var answer = await replay.Post(Chat, """{"model":"tiny-llamo","messages":[{"role":"user","content":"Say hello to the team."}],"max_tokens":24,"seed":7,"temperature":0}""").OrHang();
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var error = body.RootElement.GetProperty("error");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(["message", "type", "param", "code"], error.EnumerateObject().Select(member => member.Name));
        Assert.Equal("cassette_not_found", error.GetProperty("code").GetString());
        var message = error.GetProperty("message").GetString();
        Assert.StartsWith("No cassette answers POST /v1/chat/completions, model \"tiny-llamo\", no stream. Nearest: ", message, StringComparison.Ordinal);
        Assert.Contains("llama-server-chat (model: wants \"tiny-llama\", got \"tiny-llamo\")", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_cassette_for_a_body_that_is_no_JSON_says_so()
    {
        await using var replay = await RunningReplay.Play(RunningReplay.RepositoryCassettes);

        using var answer = await replay.Post(Chat, "nonsense").OrHang();

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("a body of 8 bytes that is not a JSON object", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Characters_cut_in_the_middle_arrive_as_they_were()
    {
        await using var replay = await RunningReplay.Play(RunningReplay.RepositoryCassettes);

        using var answer = await replay.Post(Chat, """{"model":"replay-utf8","messages":[],"stream":true}""").OrHang();
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.All(new[] { "\"é\"", "\"€\"", "\"漢字\"", "\"😀\"", "\"नमस्ते\"" }, part => Assert.Contains(part, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Client_that_leaves_ends_the_play()
    {
        using var folder = new TemporaryFolder();
        folder.Write("c.yaml", ThreeChunks);
        var time = new ManualTime();
        await using var replay = await RunningReplay.Start(new ReplayOptions { CassettesDirectory = folder.Path, Time = time });
        var answer = await replay.Post(Chat, """{"model":"m"}""").OrHang();
        await time.UntilArmed().OrHang();

        answer.Dispose();

        // The player's wait is cancelled, which is the only thing that disarms its timer while the clock stands still.
        await UntilDisarmed(time).OrHang();
    }

    private static async Task UntilDisarmed(ManualTime time)
    {
        while (time.ArmedTimers > 0)
        {
            await Task.Yield();
        }
    }

    private static async Task<string> ReadSome(Stream stream)
    {
        var buffer = new byte[100];
        return Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer, TestContext.Current.CancellationToken));
    }
}
