using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace RemoteLlm.EndToEnd.Tests.Clusters;

/// <summary>An ordinary HTTP client and the few requests that tests send with it.</summary>
internal static class TestClient
{
    /// <summary>A client of the broker. It has no timeout of its own: the hang guard does that.</summary>
    public static HttpClient Create(Uri broker, string? key)
    {
        // A response that is disposed half-read closes its connection at once, as clients in other languages do; by default this one reads on for 2 s.
        var handler = new SocketsHttpHandler { ResponseDrainTimeout = TimeSpan.Zero };
        var client = new HttpClient(handler) { BaseAddress = broker, Timeout = Timeout.InfiniteTimeSpan };
        if (key is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    private static int s_conversations;

    /// <summary>The body of a small chat request.</summary>
    public static string ChatBody(bool stream = false, string model = "test-model", string content = "Hi") =>
        $$"""{"model":"{{model}}","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"{{content}}"}]}""";

    /// <summary>Sends a chat request, each time the first of a new conversation (an old one stays with its connector), and returns with the answer's headers.</summary>
    public static Task<HttpResponseMessage> Chat(this HttpClient client, bool stream = false, string model = "test-model") =>
        client.Post("v1/chat/completions", ChatBody(stream, model, $"Hi {Interlocked.Increment(ref s_conversations)}"));

    /// <summary>Sends a chat request as a client that leaves when the token is cancelled.</summary>
    public static Task<HttpResponseMessage> ChatUntil(this HttpClient client, bool stream, CancellationToken leave) =>
        client.SendAsync(JsonPost("v1/chat/completions", ChatBody(stream)), HttpCompletionOption.ResponseHeadersRead, leave).OrHang();

    /// <summary>Posts JSON and returns with the answer's headers.</summary>
    public static Task<HttpResponseMessage> Post(this HttpClient client, string path, string json) => client.Ask(JsonPost(path, json));

    /// <summary>Sends a request and returns with the answer's headers.</summary>
    public static Task<HttpResponseMessage> Ask(this HttpClient client, HttpRequestMessage request) =>
        client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken).OrHang();

    /// <summary>The body's JSON.</summary>
    public static async Task<JsonElement> Json(this HttpResponseMessage answer)
    {
        using var document = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync().OrHang());
        return document.RootElement.Clone();
    }

    /// <summary>The body's text.</summary>
    public static Task<string> Text(this HttpResponseMessage answer) => answer.Content.ReadAsStringAsync().OrHang();

    /// <summary>A header's one value; empty when it is not there.</summary>
    public static string Header(this HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) || answer.Content.Headers.TryGetValues(name, out values) ? string.Join(", ", values) : "";

    /// <summary>Reads the body as server-sent events.</summary>
    public static async Task<EventReader> Events(this HttpResponseMessage answer)
    {
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        return new EventReader(await answer.Content.ReadAsStreamAsync());
    }

    private static HttpRequestMessage JsonPost(string path, string json) =>
        new(HttpMethod.Post, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
}
