using System.Net.Http.Headers;
using System.Text.Json;

namespace RemoteLlm.Connector.Servers;

/// <summary>Asks an LLM server about itself.</summary>
/// <param name="client">How it is reached.</param>
/// <param name="address">Where it is.</param>
/// <param name="headers">Further headers that it gets; null for none.</param>
internal sealed class ServerQuery(HttpMessageInvoker client, ServerAddress address, IReadOnlyDictionary<string, string>? headers = null)
{
    /// <summary>The most bytes of an answer that are read: aggregators list some hundred models with long descriptions, about 1 MB.</summary>
    public const int MaxBytes = 4 << 20;

    private volatile string? _apiKey;

    public ServerAddress Address { get; } = address;

    /// <summary>Its own key; null when it wants none.</summary>
    public string? ApiKey
    {
        get => _apiKey;
        set => _apiKey = value;
    }

    /// <summary>Sends a GET for a path of ours.</summary>
    /// <exception cref="HttpRequestException">The server cannot be reached.</exception>
    public Task<HttpResponseMessage> Get(string path, CancellationToken cancellationToken) => Send(HttpMethod.Get, path, null, cancellationToken);

    /// <summary>The JSON of a successful answer; null for anything else but cancellation.</summary>
    public Task<JsonElement?> GetJson(string path, CancellationToken cancellationToken) => Json(Get(path, cancellationToken), cancellationToken);

    /// <summary>Sends JSON to a path of ours and gives the JSON of a successful answer; null for anything else but cancellation.</summary>
    public Task<JsonElement?> PostJson(string path, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        return Json(Send(HttpMethod.Post, path, content, cancellationToken), cancellationToken);
    }

    private Task<HttpResponseMessage> Send(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(method, Address.Endpoint(path)) { Content = content };
        request.Headers.ConnectionClose = true;
        if (ApiKey is { } key)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        foreach (var (name, value) in headers ?? Enumerable.Empty<KeyValuePair<string, string>>())
            request.Headers.TryAddWithoutValidation(name, value);
        return client.SendAsync(request, cancellationToken);
    }

    private static async Task<JsonElement?> Json(Task<HttpResponseMessage> sending, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await sending;
            if (!response.IsSuccessStatusCode || await ReadBounded(response.Content, cancellationToken) is not { } body)
                return null;
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Clone();
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or JsonException)
        {
            return null;
        }
    }

    /// <summary>The whole body; null when it is longer than <see cref="MaxBytes"/>.</summary>
    public static async Task<ReadOnlyMemory<byte>?> ReadBounded(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await stream.ReadAsync(buffer, cancellationToken) is var read and > 0)
        {
            if (body.Length + read > MaxBytes)
                return null;
            await body.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }
}
