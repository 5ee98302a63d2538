using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using RemoteLlm.Protocol.Dialects.Endpoints;

namespace RemoteLlm.EndToEnd.Tests.Fuzz;

/// <summary>An LLM server that answers whatever it is asked, and writes down what should never have reached it.</summary>
internal sealed class RecordingLlm : IAsyncDisposable
{
    private const int MaxWrongs = 20;

    private static readonly string[] s_discovery = ["/v1/models", "/api/tags", "/api/ps", "/api/version"];
    private static readonly HashSet<string> s_paths = ApiEndpoints.All.Where(endpoint => endpoint.Role != EndpointRole.Management).Select(endpoint => endpoint.Path).ToHashSet(StringComparer.Ordinal);
    private static readonly string[] s_strange = ["x-remotellm-", "x-forwarded-", "x-api-key", "api-key", "cookie", "forwarded", "via", "origin", "upgrade", "te", "expect", "proxy-authorization", "authorization"];

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _wrongs = new();
    private int _served;

    private RecordingLlm()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestHeaderCount = 400);
        _app = builder.Build();
        _app.Run(Answer);
    }

    public Uri Url => new(_app.Urls.First());

    /// <summary>Requests that were answered, but for the connector's own.</summary>
    public int Served => Volatile.Read(ref _served);

    /// <summary>What should not have come; the first few.</summary>
    public IReadOnlyCollection<string> Wrongs => _wrongs;

    public static async Task<RecordingLlm> Start()
    {
        var llm = new RecordingLlm();
        await llm._app.StartAsync(TestContext.Current.CancellationToken);
        return llm;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None).OrHang();
        await _app.DisposeAsync();
    }

    private async Task Answer(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (context.Request.Method == "GET" && s_discovery.Contains(target))
        {
            await context.Response.WriteAsync($$"""{"data":[{"id":"{{JsonBodies.Allowed}}"},{"id":"{{JsonBodies.Forbidden}}"}]}""");
            return;
        }

        Interlocked.Increment(ref _served);
        using var held = new MemoryStream();
        await context.Request.Body.CopyToAsync(held, context.RequestAborted);
        var body = held.ToArray();
        if (context.Request.Method != "POST" || !s_paths.Contains(target))
            Note($"{context.Request.Method} {target}");
        foreach (var name in context.Request.Headers.Keys.Where(name => s_strange.Any(strange => strange.EndsWith('-') ? name.StartsWith(strange, StringComparison.OrdinalIgnoreCase) : name.Equals(strange, StringComparison.OrdinalIgnoreCase))))
            Note($"{target} with {name}");

        var isForm = target == "/v1/audio/transcriptions";
        JsonElement json = default;
        if (isForm ? !await IsFormOfAllowed(context.Request.ContentType, body) : !IsJsonOfAllowed(body, out json))
            Note($"{target} with {Encoding.Latin1.GetString(body.AsSpan(0, Math.Min(body.Length, 2000)))}");
        await Answer(context.Response, target, json);
    }

    private static async Task Answer(HttpResponse response, string path, JsonElement asked)
    {
        var streams = asked.ValueKind == JsonValueKind.Object && asked.EnumerateObject().LastOrDefault(member => IsNamed(member, "stream")).Value.ValueKind == JsonValueKind.True;
        (response.ContentType, var text) = path switch
        {
            "/v1/chat/completions" or "/v1/completions" when streams => ("text/event-stream", "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"}}]}\n\ndata: [DONE]\n\n"),
            "/api/chat" or "/api/generate" => ("application/x-ndjson", "{\"message\":{\"content\":\"hi\"},\"done\":false}\n{\"done\":true}\n"),
            "/v1/rerank" => ("application/json", $"{{\"results\":[{string.Join(',', Enumerable.Range(0, Documents(asked)).Select(index => $"{{\"index\":{index},\"relevance_score\":0.5}}"))}]}}"),
            "/v1/messages/count_tokens" => ("application/json", "{\"input_tokens\":3}"),
            _ => ("application/json", "{\"id\":\"x\",\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}"),
        };
        await response.WriteAsync(text);
    }

    private static int Documents(JsonElement asked)
    {
        var documents = asked.EnumerateObject().LastOrDefault(member => IsNamed(member, "documents")).Value;
        return documents.ValueKind == JsonValueKind.Array ? documents.GetArrayLength() : 0;
    }

    // The last of several names counts, as System.Text.Json has it.
    private static bool IsJsonOfAllowed(byte[] body, out JsonElement json)
    {
        json = default;
        try
        {
            json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 2000 }).RootElement;
            return json.ValueKind == JsonValueKind.Object && json.EnumerateObject().Last(member => IsNamed(member, "model")).Value.GetString() == JsonBodies.Allowed;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool IsNamed(JsonProperty member, string name)
    {
        try
        {
            return member.Value.ValueKind != JsonValueKind.Undefined && member.NameEquals(name);
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return false;
        }
    }

    private static async Task<bool> IsFormOfAllowed(string? contentType, byte[] body)
    {
        try
        {
            using var stream = new MemoryStream(body);
            var context = new DefaultHttpContext { Request = { ContentType = contentType, Body = stream, ContentLength = body.Length } };
            var form = await context.Request.ReadFormAsync();
            return form["model"].Count == 1 && form["model"] == JsonBodies.Allowed;
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or InvalidOperationException or IOException)
        {
            return false;
        }
    }

    private void Note(string wrong)
    {
        if (_wrongs.Count < MaxWrongs)
            _wrongs.Enqueue(wrong);
    }
}
