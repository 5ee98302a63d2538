using System.Collections.Concurrent;
using System.Text.Json;
using RemoteLlm.Connector.Servers.Registry;

namespace RemoteLlm.Connector.Servers.Kinds;

/// <summary>What all kinds have in common: first the list of models, then what this kind says beyond it.</summary>
internal abstract class ListedServerClient : IServerClient
{
    /// <summary>
    /// How long a server may think about what is asked beside its list. A busy one answers such questions late, llama-server for one between two batches, and is not down for that: then what it
    /// said last still counts.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<string, JsonElement> _said = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public abstract ServerKind Kind { get; }

    /// <inheritdoc/>
    public virtual async Task<ServerLook> LookAsync(ServerQuery query, CancellationToken cancellationToken)
    {
        var listing = await ModelListing.Fetch(query, cancellationToken);
        return listing.Models is { } models ? await DescribeAsync(query, models, cancellationToken) : await ExplainAsync(query, listing, cancellationToken);
    }

    /// <summary>Describes models that <c>/v1/models</c> has listed. Failures of the server are values; only cancellation is thrown.</summary>
    public abstract Task<ServerLook> DescribeAsync(ServerQuery query, IReadOnlyList<ListedModel> models, CancellationToken cancellationToken);

    /// <summary>Says why there is no list.</summary>
    public virtual Task<ServerLook> ExplainAsync(ServerQuery query, ModelListing failed, CancellationToken cancellationToken) =>
        Task.FromResult(new ServerLook(null, failed.Error) { Kind = Kind });

    /// <inheritdoc/>
    public virtual Task<long?> CountTokensAsync(ServerQuery query, string model, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) => Task.FromResult<long?>(null);

    /// <summary>The JSON of a successful answer, or of the one before when this one takes too long; null for none. Only cancellation is thrown.</summary>
    /// <param name="query">The server.</param>
    /// <param name="path">What is asked.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="keep">Whether answers are kept; only for paths that are constants.</param>
    protected async Task<JsonElement?> AskAsync(ServerQuery query, string path, CancellationToken cancellationToken, bool keep = true)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var answer = await query.GetJson(path, patience.Token);
            if (answer is { } said && keep)
                _said[path] = said;
            else
                _said.TryRemove(path, out _);
            return answer;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return _said.TryGetValue(path, out var before) ? before : null;
        }
    }

    /// <summary>Whether the last look got an answer there.</summary>
    protected bool HasSaid(string path) => _said.ContainsKey(path);

    /// <summary>What OpenAI's own list says of a model, and its name.</summary>
    protected static ServerModel Basics(ListedModel model) => new(model.Id)
    {
        Created = model["created"].Whole() is > 0 and var created ? created : 0,
        OwnedBy = model["owned_by"].Text(),
        Capabilities = ModelNames.Guess(model.Id),
    };
}
