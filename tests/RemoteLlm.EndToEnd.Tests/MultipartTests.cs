using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace RemoteLlm.EndToEnd.Tests;

/// <summary>Recordings go in as forms, speech comes out as it is.</summary>
public sealed class MultipartTests
{
    private const string Path = "v1/audio/transcriptions";

    [Theory]
    [InlineData(1000)]
    [InlineData(20 * 1024 * 1024)]
    public async Task Recording_before_its_model_arrives_byte_for_byte(int size)
    {
        var recording = new byte[size];
        new Random(size).NextBytes(recording);
        using var form = Form();
        form.Add(File(recording), "file", "speech.wav");
        form.Add(new StringContent("verbose_json"), "response_format");
        form.Add(new StringContent("test-model"), "model");
        var sent = await form.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        await using var llm = new ScriptedLlmServer(LlmScripts.Json("""{"text":"Good morning"}"""));
        await using var cluster = await Cluster.Start(llm.Url);

        using var answer = await cluster.Client.PostAsync(Path, form, TestContext.Current.CancellationToken).OrHang();

        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Text());
        Assert.Equal("""{"text":"Good morning"}""", await answer.Text());
        var request = Assert.Single(llm.Requests);
        Assert.Equal(("POST", "/" + Path, form.Headers.ContentType!.ToString()), (request.Method, request.Path, request["content-type"]));
        Assert.True(request.Body.Span.SequenceEqual(sent), "the form reached the LLM server changed");
        await cluster.BrokerLogs.Until("Request", " transcription alice ", " test-model home 200 ");
    }

    [Fact]
    public async Task Speech_comes_as_it_is()
    {
        var speech = new byte[100_000];
        new Random(7).NextBytes(speech);
        await using var llm = new ScriptedLlmServer(async exchange =>
        {
            await exchange.SendHeaders(contentType: "audio/mpeg");
            foreach (var piece in speech.Chunk(999))
                await exchange.SendChunk(piece);
        });
        await using var cluster = await Cluster.Start(llm.Url);

        using var answer = await cluster.Client.Post("v1/audio/speech", """{"model":"test-model","input":"Good morning","voice":"alloy"}""");

        Assert.Equal((HttpStatusCode.OK, "audio/mpeg"), (answer.StatusCode, answer.Content.Headers.ContentType?.ToString()));
        Assert.True((await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken).OrHang()).AsSpan().SequenceEqual(speech), "the speech reached the client changed");
    }

    [Fact]
    public async Task Short_speech_is_not_taken_for_an_error()
    {
        byte[] speech = [0xFF, 0xFB, 0x90, 0x00, (byte)'{', 0, 13, 10];
        await using var llm = new ScriptedLlmServer(exchange => exchange.SendRaw((byte[])
            [.. "HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\nContent-Length: 8\r\n\r\n"u8, .. speech]));
        await using var cluster = await Cluster.Start(llm.Url);

        using var answer = await cluster.Client.Post("v1/audio/speech", """{"model":"test-model","input":"A","voice":"alloy"}""");

        Assert.Equal(speech, await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken).OrHang());
    }

    [Theory]
    [InlineData("application/json", """{"model":"test-model"}""")]
    [InlineData("application/x-www-form-urlencoded", "model=test-model")]
    [InlineData("multipart/form-data", "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\ntest-model\r\n--b--\r\n")]
    [InlineData("multipart/mixed; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\ntest-model\r\n--b--\r\n")]
    [InlineData(null, "test-model")]
    public async Task What_is_no_form_is_refused(string? contentType, string body)
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Json("{}"));
        await using var cluster = await Cluster.Start(llm.Url);

        using var answer = await Post(cluster, contentType, body);

        await ErrorAssert.Is(answer, 400, "invalid_request_error", "invalid_multipart");
        Assert.Empty(llm.Requests);
    }

    [Fact]
    public async Task Form_without_a_model_is_told_so()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Json("{}"));
        await using var cluster = await Cluster.Start(llm.Url);

        using var answer = await Post(cluster, "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nmodel\r\n--b--\r\n");

        await ErrorAssert.Is(answer, 400, "invalid_request_error", "missing_model");
        Assert.Empty(llm.Requests);
    }

    [Theory]
    [InlineData("Content-Disposition: form-data; name=\"model\"")]
    [InlineData("Content-Disposition: form-data; name=model")]
    [InlineData("content-disposition: form-data; name=\"model\"; filename=\"a\"")]
    [InlineData("Content-Disposition: form-data; name=\"other\"; name=\"model\"")]
    [InlineData("Content-Disposition: form-data; name=\"other\"\r\nContent-Disposition: form-data; name=\"model\"")]
    [InlineData("Content-Disposition: form-data; name*=UTF-8''model")]
    public async Task Second_model_is_never_smuggled_past_the_check(string header)
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Json("{}"));
        await using var cluster = await Cluster.Start(llm.Url);

        using var answer = await Post(
            cluster, "multipart/form-data; boundary=b", $"--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\ntest-model\r\n--b\r\n{header}\r\n\r\nsecret-model\r\n--b--\r\n");

        await ErrorAssert.Is(answer, 400, "invalid_request_error", "invalid_multipart");
        Assert.Empty(llm.Requests);
    }

    [Fact]
    public async Task Second_model_behind_20_MB_is_found_too()
    {
        using var form = Form();
        form.Add(new StringContent("test-model"), "model");
        form.Add(File(new byte[20 * 1024 * 1024]), "file", "speech.wav");
        form.Add(new StringContent("secret-model"), "model");
        await using var llm = new ScriptedLlmServer(LlmScripts.Json("{}"));
        await using var cluster = await Cluster.Start(llm.Url);

        using var answer = await cluster.Client.PostAsync(Path, form, TestContext.Current.CancellationToken).OrHang();

        await ErrorAssert.Is(answer, 400, "invalid_request_error", "invalid_multipart");
        Assert.Empty(llm.Requests);
    }

    private static MultipartFormDataContent Form() => new("a-boundary-of-its-own");

    private static ByteArrayContent File(byte[] content) => new(content) { Headers = { ContentType = new MediaTypeHeaderValue("audio/wav") } };

    private static async Task<HttpResponseMessage> Post(Cluster cluster, string? contentType, string body)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        if (contentType is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return await cluster.Client.PostAsync(Path, content, TestContext.Current.CancellationToken).OrHang();
    }
}
