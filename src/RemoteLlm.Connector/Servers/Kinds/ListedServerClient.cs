using RemoteLlm.Connector.Servers.Registry;

namespace RemoteLlm.Connector.Servers.Kinds;

/// <summary>What all kinds have in common: first the list of models, then what this kind says beyond it.</summary>
internal abstract class ListedServerClient : IServerClient
{
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

    /// <summary>What OpenAI's own list says of a model, and its name.</summary>
    protected static ServerModel Basics(ListedModel model) => new(model.Id)
    {
        Created = model["created"].Whole() is > 0 and var created ? created : 0,
        OwnedBy = model["owned_by"].Text(),
        Capabilities = ModelNames.Guess(model.Id),
    };
}
