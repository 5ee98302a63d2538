using System.Collections.Concurrent;
using RemoteLlm.Connector.Servers.Registry;

namespace RemoteLlm.Connector.Servers.Kinds;

/// <summary>
/// Ollama, asked by its own API (<c>docs/api.md</c> of ollama/ollama). A look costs three requests, and one more for each model that was not there in this form before:
/// what <c>/api/show</c> says is a function of the model's digest and the server's version, and is kept by them for as long as the model is listed.
/// </summary>
internal sealed class OllamaClient : ListedServerClient
{
    private const string TagsPath = "/api/tags";

    // Ollama reads a model's file to show it: four at once leave the disk to those that work. What one look does not get to, the next does.
    private const int ShownAtOnce = 4;
    private const int MostShown = 64;

    private readonly ConcurrentDictionary<ShownModel, OllamaShow> _shown = new();

    public override ServerKind Kind => ServerKind.Ollama;

    public override async Task<ServerLook> LookAsync(ServerQuery query, CancellationToken cancellationToken)
    {
        var tags = await ModelListing.Fetch(query, cancellationToken, TagsPath);
        return tags.Models is { } models ? await DescribeTagsAsync(query, models, cancellationToken) : await ExplainAsync(query, tags, cancellationToken);
    }

    public override async Task<ServerLook> DescribeAsync(ServerQuery query, IReadOnlyList<ListedModel> models, CancellationToken cancellationToken)
    {
        var tags = await ModelListing.Fetch(query, cancellationToken, TagsPath);
        return await DescribeTagsAsync(query, tags.Models ?? models, cancellationToken);
    }

    private async Task<ServerLook> DescribeTagsAsync(ServerQuery query, IReadOnlyList<ListedModel> tags, CancellationToken cancellationToken)
    {
        var asking = AskAsync(query, "/api/ps", cancellationToken);
        var version = (await AskAsync(query, "/api/version", cancellationToken)).Member("version").Text();
        var running = OllamaRunning.Read(await asking);
        await Show(query, tags, version, cancellationToken);
        return new ServerLook([.. tags.Select(tag => OllamaFacts.Describe(tag, Shown(tag, version), running))], null) { Kind = Kind, Version = version };
    }

    private async Task Show(ServerQuery query, IReadOnlyList<ListedModel> tags, string? version, CancellationToken cancellationToken)
    {
        var present = tags.Select(tag => ShownModel.Of(tag, version)).OfType<ShownModel>().ToHashSet();
        foreach (var gone in _shown.Keys.Where(known => !present.Contains(known)))
            _shown.TryRemove(gone, out _);

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var unknown = present.Where(model => !_shown.ContainsKey(model)).Take(MostShown);
            await Parallel.ForEachAsync(unknown, new ParallelOptions { MaxDegreeOfParallelism = ShownAtOnce, CancellationToken = patience.Token }, async (model, cancel) =>
            {
                if (await OllamaShow.Fetch(query, model.Name, cancel) is { } shown)
                    _shown[model] = shown;
            });
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The rest with the next look.
        }
    }

    private OllamaShow? Shown(ListedModel tag, string? version) =>
        ShownModel.Of(tag, version) is { } model && _shown.TryGetValue(model, out var shown) ? shown : null;

    private readonly record struct ShownModel(string Name, string Digest, string? Version)
    {
        public static ShownModel? Of(ListedModel tag, string? version) => tag["digest"].Text() is { } digest ? new ShownModel(tag.Id, digest, version) : null;
    }
}
