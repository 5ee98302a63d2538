using System.Net;
using System.Text;
using RemoteLlm.Replay.Cassettes;
using RemoteLlm.Replay.Tests.Support;
using RemoteLlm.Testing;
using RemoteLlm.Testing.Llm;

namespace RemoteLlm.Replay.Tests.Recording;

public sealed class RecordingTests
{
    private const string Chat = "/v1/chat/completions";
    private const string ClientKey = "sk-client-0123456789abcdef";
    private const string TargetKey = "target-key-of-the-operator";

    [Fact]
    public async Task Every_cassette_recorded_through_a_server_and_played_again_gives_the_same_bytes()
    {
        await using var original = await RunningReplay.Play(RunningReplay.RepositoryCassettes);
        using var folder = new TemporaryFolder();
        var asked = original.Library.Cassettes.Where(cassette => cassette.Request.Path is not ("/v1/models" or "/api/tags")).ToArray();
        List<(int Status, string Type, byte[] Body)> recorded;
        await using (var recording = await Record(original.Address, folder.Path))
        {
            recorded = await AskAll(recording, asked);
        }

        await using var played = await RunningReplay.Play(folder.Path);
        var again = await AskAll(played, asked);

        Assert.Equal(asked.Length, Directory.GetFiles(folder.Path, "*.yaml").Length);
        Assert.Equal(await AskAll(original, asked), recorded, SameAnswer);
        Assert.Equal(recorded, again, SameAnswer);
    }

    [Fact]
    public async Task Recording_relays_each_chunk_before_the_next_one_exists_and_keeps_the_bounds()
    {
        using var folder = new TemporaryFolder();
        using var turnstile = new Turnstile();
        await using var target = new ScriptedLlmServer(async exchange =>
        {
            await exchange.SendHeaders();
            foreach (var text in new[] { "one", "two", "three" })
            {
                await exchange.SendChunk(text);
                await turnstile.Pass(exchange.PeerGone);
            }
        });
        await using var recording = await Record(target.Url, folder.Path);

        using var answer = await recording.Post(Chat, """{"model":"m"}""").OrHang();
        await using var stream = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        foreach (var text in new[] { "one", "two", "three", "" })
        {
            var buffer = new byte[100];
            var read = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken).OrHang();
            Assert.Equal(text, Encoding.UTF8.GetString(buffer, 0, read));
            turnstile.Release();
        }

        Assert.Equal(["one", "two", "three"], Only(folder).Response.Chunks.Select(chunk => Encoding.UTF8.GetString(chunk.Bytes.Span)));
    }

    [Fact]
    public async Task Secrets_of_the_exchange_are_in_no_cassette_and_the_client_still_gets_them()
    {
        using var folder = new TemporaryFolder();
        var answer = $$"""{"organization":"org-Acme0123456789","echo":"{{TargetKey}}","leak":"{{ClientKey}}","session":"cookie-secret-value","query":"query-secret-value"}""";
        await using var target = new ScriptedLlmServer(exchange => exchange.SendJson(
            answer,
            200,
            ("Set-Cookie", "sid=set-cookie-secret"),
            ("openai-organization", "org-Acme0123456789"),
            ("x-some-account", "account-4711"),
            ("Retry-After", "1")));
        await using var recording = await Record(target.Url, folder.Path);

        using var request = new HttpRequestMessage(HttpMethod.Post, Chat + "?api_key=query-secret-value&sig=q1w2&v=1") { Content = RunningReplay.Json($$"""{"model":"m","api_key":"body-secret","note":"use {{ClientKey}}"}""") };
        request.Headers.Authorization = new("Bearer", ClientKey);
        request.Headers.Add("Cookie", "session=cookie-secret-value");
        using var got = await recording.Client.SendAsync(request, TestContext.Current.CancellationToken).OrHang();

        Assert.Equal(answer, await got.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var yaml = await File.ReadAllTextAsync(Directory.GetFiles(folder.Path).Single(), TestContext.Current.CancellationToken);
        Assert.All(
            new[] { ClientKey, TargetKey, "Acme0123456789", "cookie-secret-value", "query-secret-value", "set-cookie-secret", "account-4711", "body-secret", "q1w2" },
            secret => Assert.DoesNotContain(secret, yaml, StringComparison.OrdinalIgnoreCase));
        Assert.Contains("Retry-After", yaml, StringComparison.Ordinal);
        Assert.DoesNotContain("cookie", yaml.Replace("xx", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_request_that_held_a_secret_is_found_again()
    {
        using var folder = new TemporaryFolder();
        await using var target = new ScriptedLlmServer(LlmScripts.Json("{}"));
        var body = $$"""{"model":"m","api_key":"body-secret","note":"use {{ClientKey}}"}""";
        await using (var recording = await Record(target.Url, folder.Path))
        {
            using var first = await recording.Post(Chat, body).OrHang();
            Assert.Equal("{}", await first.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }

        await using var replay = await RunningReplay.Play(folder.Path);
        using var again = await replay.Post(Chat, body).OrHang();

        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task A_form_is_recorded_by_its_fields_so_that_another_boundary_is_the_same_request()
    {
        using var folder = new TemporaryFolder();
        await using var target = new ScriptedLlmServer(LlmScripts.Json("{}"));
        await using (var recording = await Record(target.Url, folder.Path))
        {
            foreach (var boundary in new[] { "one", "two" })
            {
                using var first = await recording.Client.PostAsync("/v1/audio/transcriptions", Upload(boundary, 0xFF), TestContext.Current.CancellationToken).OrHang();
            }
        }

        Assert.StartsWith("v1-audio-transcriptions-whisper-stream-", Only(folder).Name, StringComparison.Ordinal);
        await using var replay = await RunningReplay.Play(folder.Path);
        using var again = await replay.Client.PostAsync("/v1/audio/transcriptions", Upload("three", 0xFF), TestContext.Current.CancellationToken).OrHang();
        using var other = await replay.Client.PostAsync("/v1/audio/transcriptions", Upload("three", 0xFE), TestContext.Current.CancellationToken).OrHang();

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (again.StatusCode, other.StatusCode));
        Assert.Contains("a form, model whisper, stream true", await other.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Authorization", "Bearer " + ClientKey, "Authorization", "Bearer " + TargetKey)]
    [InlineData("x-api-key", ClientKey, "x-api-key", TargetKey)]
    public async Task The_target_gets_its_own_key_and_nothing_of_the_clients(string sent, string value, string header, string expected)
    {
        await using var target = new ScriptedLlmServer(LlmScripts.Json("{}"));
        await using var live = await RunningReplay.Start(new ReplayOptions { Mode = ReplayMode.Live, Target = target.Url, ApiKey = TargetKey });

        using var request = new HttpRequestMessage(HttpMethod.Post, Chat) { Content = RunningReplay.Json("{}") };
        request.Headers.Add(sent, value);
        request.Headers.Add("Cookie", "session=cookie-secret-value");
        request.Headers.Add("Accept-Encoding", "gzip");
        request.Headers.Add("anthropic-version", "2023-06-01");
        using var answer = await live.Client.SendAsync(request, TestContext.Current.CancellationToken).OrHang();

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var seen = Assert.Single(target.Requests);
        Assert.Equal(expected, seen[header]);
        Assert.Equal("2023-06-01", seen["anthropic-version"]);
        Assert.DoesNotContain(seen.Headers, header => header.Value.Contains(ClientKey, StringComparison.Ordinal) || header.Key.ToUpperInvariant() is "COOKIE" or "ACCEPT-ENCODING");
    }

    [Fact]
    public async Task A_target_that_cuts_its_answer_is_relayed_and_recorded_as_cut()
    {
        await using var original = await RunningReplay.Play(RunningReplay.RepositoryCassettes);
        using var folder = new TemporaryFolder();
        await using var recording = await Record(original.Address, folder.Path);

        var wire = await RawExchange.UntilClosed(recording.Address, Chat, """{"model":"replay-cut","messages":[],"stream":true}""");

        Assert.DoesNotContain("\r\n0\r\n\r\n", wire, StringComparison.Ordinal);
        Assert.Equal(ResponseEnd.Cut, Only(folder).Response.End);
    }

    [Fact]
    public async Task A_compressed_answer_is_relayed_but_not_recorded()
    {
        using var folder = new TemporaryFolder();
        await using var target = new ScriptedLlmServer(exchange => exchange.SendJson("pretend", 200, ("Content-Encoding", "br")));
        await using var recording = await Record(target.Url, folder.Path);

        using var answer = await recording.Post(Chat, "{}").OrHang();

        Assert.Equal("pretend", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task A_target_that_is_down_is_a_502_in_the_OpenAI_shape()
    {
        await using var target = new ScriptedLlmServer(LlmScripts.Hang());
        target.Refuse();

        await using var live = await RunningReplay.Start(new ReplayOptions { Mode = ReplayMode.Live, Target = target.Url });
        using var answer = await live.Post(Chat, "{}").OrHang();

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Contains("\"upstream_error\"", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static Task<RunningReplay> Record(Uri target, string directory) =>
        RunningReplay.Start(new ReplayOptions { Mode = ReplayMode.Record, Target = target, ApiKey = TargetKey, CassettesDirectory = directory });

    private static MultipartFormDataContent Upload(string boundary, byte sample) => new(boundary)
    {
        { new ByteArrayContent([0x52, sample, 0x0D, 0x0A]), "file", "a.wav" },
        { new StringContent("whisper"), "model" },
        { new StringContent("true"), "stream" },
    };

    private static Cassette Only(TemporaryFolder folder) => Assert.Single(CassetteFiles.FromDirectory(folder.Path));

    private static async Task<List<(int Status, string Type, byte[] Body)>> AskAll(RunningReplay server, IEnumerable<Cassette> cassettes)
    {
        var answers = new List<(int, string, byte[])>();
        foreach (var cassette in cassettes)
        {
            using var request = SampleRequest.For(cassette.Request);
            request.Headers.ConnectionClose = true;
            using var answer = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken).OrHang();
            answers.Add(((int)answer.StatusCode, answer.Content.Headers.ContentType?.ToString() ?? "", await Available(answer)));
        }

        return answers;
    }

    private static async Task<byte[]> Available(HttpResponseMessage answer)
    {
        using var body = new MemoryStream();
        try
        {
            await answer.Content.CopyToAsync(body, TestContext.Current.CancellationToken).OrHang();
        }
        catch (HttpRequestException)
        {
            // A cut answer: what came before is compared.
        }

        return body.ToArray();
    }

    private static bool SameAnswer((int Status, string Type, byte[] Body) one, (int Status, string Type, byte[] Body) other) =>
        one.Status == other.Status && one.Type == other.Type && one.Body.AsSpan().SequenceEqual(other.Body);
}
