using System.Text.Json;

namespace RemoteLlm.Connector.Servers;

/// <summary>One look at an LLM server's models: the ids, or the sentence that says why there are none.</summary>
/// <param name="Models">The ids, sorted, without duplicates; null when the look failed.</param>
/// <param name="Error">For the operator; null when it did not fail.</param>
internal sealed record ModelListing(IReadOnlyList<string>? Models, string? Error)
{
    /// <summary>The most models that are taken.</summary>
    public const int MaxModels = 10_000;

    private const int MaxIdLength = 512;

    /// <summary>Whether the list is in the words of Ollama, which calls the owner of its models <c>library</c>.</summary>
    public bool LooksLikeOllama { get; init; }

    /// <summary>Asks for <c>/v1/models</c>. Failures of the server are values; only cancellation is thrown.</summary>
    public static async Task<ModelListing> Fetch(ServerQuery query, CancellationToken cancellationToken)
    {
        var address = query.Address;
        try
        {
            using var response = await query.Get("/v1/models", cancellationToken);
            if (!response.IsSuccessStatusCode)
                return Failed(Refusal(address, (int)response.StatusCode));
            var body = await ServerQuery.ReadBounded(response.Content, cancellationToken);
            return body is null ? Failed($"{address} answered /v1/models with more than {ServerQuery.MaxBytes >> 20} MiB: it is not an LLM server's list.") : Read(body.Value, address);
        }
        catch (HttpRequestException failure)
        {
            return Failed($"{address} cannot be reached ({Root(failure).Message.TrimEnd('.')}). Is the LLM server running, and is the address right?");
        }
        catch (IOException failure)
        {
            return Failed($"{address} broke off while it listed its models ({Root(failure).Message.TrimEnd('.')}).");
        }
    }

    /// <summary>Reads <c>{"data":[{"id"}]}</c>, a bare array of the same, and Ollama's <c>{"models":[{"name"}]}</c>.</summary>
    internal static ModelListing Read(ReadOnlyMemory<byte> body, ServerAddress address)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (Find(document.RootElement) is { } list)
                return new ModelListing([.. list.EnumerateArray().Select(Id).OfType<string>().Distinct(StringComparer.Ordinal).Take(MaxModels).Order(StringComparer.Ordinal)], null)
                {
                    LooksLikeOllama = list.EnumerateArray().Any(IsOfOllama),
                };
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            // Not JSON, or text that is not Unicode: said below.
        }

        return Failed($"{address} answered /v1/models with something that is not a list of models. Is it an LLM server's base URL?");
    }

    private static JsonElement? Find(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Array)
            return root;
        if (root.ValueKind != JsonValueKind.Object)
            return null;
        foreach (var member in new[] { "data", "models" })
        {
            if (root.TryGetProperty(member, out var list) && list.ValueKind is JsonValueKind.Array)
                return list;
        }

        // Ollama without a model says "data": null.
        return root.TryGetProperty("data", out var none) && none.ValueKind == JsonValueKind.Null ? JsonDocument.Parse("[]").RootElement : null;
    }

    private static bool IsOfOllama(JsonElement model) =>
        model.ValueKind == JsonValueKind.Object && model.TryGetProperty("owned_by", out var owner) && owner.ValueKind == JsonValueKind.String && owner.ValueEquals("library"u8);

    private static string? Id(JsonElement model)
    {
        if (model.ValueKind == JsonValueKind.String)
            return Usable(model);
        if (model.ValueKind != JsonValueKind.Object)
            return null;
        foreach (var member in new[] { "id", "name", "model" })
        {
            if (model.TryGetProperty(member, out var id) && id.ValueKind == JsonValueKind.String)
                return Usable(id);
        }

        return null;
    }

    private static string? Usable(JsonElement id) =>
        id.GetString() is { Length: > 0 and <= MaxIdLength } text && !text.Any(char.IsControl) ? text : null;

    private static string Refusal(ServerAddress address, int status) => status switch
    {
        401 or 403 => $"{address} refuses the key ({status}). Set the server's own key in {LlmServerOptions.ApiKeyVariable} or in a file.",
        404 or 405 => $"{address} has no /v1/models ({status}). Is it the server's base URL?",
        503 => $"{address} is not ready (503); it may be loading a model.",
        _ => $"{address} answered /v1/models with status {status}.",
    };

    private static Exception Root(Exception failure)
    {
        while (failure.InnerException is { } inner)
            failure = inner;
        return failure;
    }

    private static ModelListing Failed(string error) => new(null, error);
}
