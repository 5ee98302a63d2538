using System.Text.Json;

namespace RemoteLlm.Connector.Servers;

/// <summary>One look at an LLM server's list of models: the models, or the sentence that says why there are none.</summary>
/// <param name="Models">Sorted by id, without duplicates; null when the look failed.</param>
/// <param name="Error">For the operator; null when it did not fail.</param>
internal sealed record ModelListing(IReadOnlyList<ListedModel>? Models, string? Error)
{
    /// <summary>Where servers that speak OpenAI's API list their models.</summary>
    public const string UsualPath = "/v1/models";

    /// <summary>The most models that are taken.</summary>
    public const int MaxModels = 10_000;

    private const int MaxIdLength = 512;

    /// <summary>The status of the answer; 0 when there was none.</summary>
    public int Status { get; init; }

    /// <summary>What the server calls itself in its <c>Server</c> header; empty when it does not.</summary>
    public string Software { get; init; } = "";

    /// <summary>Asks for the list. Failures of the server are values; only cancellation is thrown.</summary>
    public static async Task<ModelListing> Fetch(ServerQuery query, CancellationToken cancellationToken, string path = UsualPath)
    {
        var address = query.Address;
        try
        {
            using var response = await query.Get(path, cancellationToken);
            return await Read(response, address, path, cancellationToken) with { Status = (int)response.StatusCode, Software = SoftwareOf(response) };
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
    internal static ModelListing Read(ReadOnlyMemory<byte> body, ServerAddress address, string path = UsualPath)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (Find(document.RootElement.Clone()) is { } list)
                return new ModelListing([.. list.Select(Listed).OfType<ListedModel>().DistinctBy(model => model.Id, StringComparer.Ordinal).Take(MaxModels).OrderBy(model => model.Id, StringComparer.Ordinal)], null);
        }
        catch (JsonException)
        {
            // Said below.
        }

        return Failed($"{address} answered {path} with something that is not a list of models. Is it an LLM server's base URL?");
    }

    private static async Task<ModelListing> Read(HttpResponseMessage response, ServerAddress address, string path, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
            return Failed(Refusal(address, path, (int)response.StatusCode));
        var body = await ServerQuery.ReadBounded(response.Content, cancellationToken);
        return body is null ? Failed($"{address} answered {path} with more than {ServerQuery.MaxBytes >> 20} MiB: it is not an LLM server's list.") : Read(body.Value, address, path);
    }

    private static JsonElement[]? Find(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Array)
            return [.. root.EnumerateArray()];
        foreach (var member in new[] { "data", "models" })
        {
            if (root.Member(member) is { ValueKind: JsonValueKind.Array } list)
                return [.. list.EnumerateArray()];
        }

        // Ollama without a model says "data": null.
        return root.Member("data") is { ValueKind: JsonValueKind.Null } ? [] : null;
    }

    private static ListedModel? Listed(JsonElement model)
    {
        if (model.ValueKind == JsonValueKind.String)
            return Usable(model) is { } name ? new ListedModel(name, model) : null;
        foreach (var member in new[] { "id", "name", "model" })
        {
            if (model.Member(member) is { ValueKind: JsonValueKind.String } id)
                return Usable(id) is { } usable ? new ListedModel(usable, model) : null;
        }

        return null;
    }

    private static string? Usable(JsonElement? id) => id.LongText() is { Length: > 0 and <= MaxIdLength } text && !text.Any(char.IsControl) ? text : null;

    private static string SoftwareOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Server", out var values) && values.FirstOrDefault() is { Length: <= 128 } software ? software : "";

    private static string Refusal(ServerAddress address, string path, int status) => status switch
    {
        401 or 403 => $"{address} refuses the key ({status}). Set the server's own key in {LlmServerOptions.ApiKeyVariable} or in a file.",
        404 or 405 => $"{address} has no {path} ({status}). Is it the server's base URL?",
        503 => $"{address} is not ready (503); it may be loading a model.",
        _ => $"{address} answered {path} with status {status}.",
    };

    private static Exception Root(Exception failure)
    {
        while (failure.InnerException is { } inner)
            failure = inner;
        return failure;
    }

    private static ModelListing Failed(string error) => new(null, error);
}
