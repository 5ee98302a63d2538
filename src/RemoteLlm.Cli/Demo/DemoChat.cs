using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace RemoteLlm.Cli.Demo;

/// <summary>The demo's client: an ordinary one, with nothing but a base URL and a key.</summary>
internal static class DemoChat
{
    /// <summary>Sends one streamed chat through the whole path and prints the tokens as they arrive.</summary>
    public static async Task PlayAsync(DemoStage stage, TextWriter output, CancellationToken cancellationToken)
    {
        const string Question = "In two sentences: what did this answer just travel through?";
        await output.WriteLineAsync($"> {Question}\n");
        using var client = Client(stage);
        var watch = Stopwatch.StartNew();
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/chat/completions")
        {
            Content = JsonContent.Create(new { model = stage.Model, stream = true, messages = new[] { new { role = "user", content = Question } } }),
        };
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw new CommandException($"The chat failed with {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellationToken)}");

        TimeSpan? first = null;
        var tokens = 0;
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync(cancellationToken)).EnumerateAsync(cancellationToken))
        {
            if (item.Data == "[DONE]")
                break;
            using var chunk = JsonDocument.Parse(item.Data);
            if (chunk.RootElement.TryGetProperty("error", out var error))
                throw new CommandException($"The answer broke off: {error.GetProperty("message").GetString()}");
            if (TextOf(chunk.RootElement) is not { Length: > 0 } text)
                continue;
            first ??= watch.Elapsed;
            tokens++;
            await output.WriteAsync(text);
            await output.FlushAsync(cancellationToken);
        }

        if (first is null)
            throw new CommandException("The answer held no tokens.");
        await output.WriteLineAsync($"\n\n{tokens} tokens crossed the tunnel; the first after {first.Value.TotalMilliseconds:0} ms, the last after {watch.Elapsed.TotalMilliseconds:0} ms.");
    }

    /// <summary>Waits until the broker lists the demo's model.</summary>
    public static async Task WaitForModelAsync(DemoStage stage, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var client = Client(stage);
        var watch = Stopwatch.StartNew();
        while (true)
        {
            using var list = JsonDocument.Parse(await client.GetStringAsync("v1/models", cancellationToken));
            if (list.RootElement.GetProperty("data").EnumerateArray().Any(model => model.GetProperty("id").GetString() == stage.Model))
                return;
            if (watch.Elapsed > limit)
                throw new CommandException($"The broker did not list the model {stage.Model} within {limit.TotalSeconds:0} s.");
            await Task.Delay(10, cancellationToken);
        }
    }

    private static string? TextOf(JsonElement chunk) =>
        chunk.TryGetProperty("choices", out var choices) && choices.GetArrayLength() > 0
        && choices[0].TryGetProperty("delta", out var delta) && delta.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.String
            ? content.GetString()
            : null;

    // No proxy of the environment: none leads back to this machine.
    private static HttpClient Client(DemoStage stage) => new(new SocketsHttpHandler { UseProxy = false })
    {
        BaseAddress = new Uri(stage.BaseUrl + "/"),
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", stage.ApiKey) },
    };
}
