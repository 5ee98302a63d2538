using RemoteLlm.Connector.Servers.Registry;

namespace RemoteLlm.Connector.Servers.Kinds;

/// <summary>
/// Asks a server of one kind about itself, in the words of that kind. One for each server; it keeps nothing but what every look checks.
/// </summary>
internal interface IServerClient
{
    /// <summary>The kind; of a server that does not say, what the last look took it for.</summary>
    ServerKind Kind { get; }

    /// <summary>Looks which models there are and what is known of them. Failures of the server are values; only cancellation is thrown.</summary>
    Task<ServerLook> LookAsync(ServerQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// Has the server count a prompt's tokens as it will see them, with its chat template where it can. Of several prompts or inputs in one request, all together: what it will report as usage, not what
    /// has to fit into its context. Costs one or two requests; the caller limits its time.
    /// </summary>
    /// <param name="query">The server.</param>
    /// <param name="model">The model, by its name there.</param>
    /// <param name="body">The whole JSON body of the request.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The count; null when this server does not count, or not this request. Only cancellation is thrown.</returns>
    Task<long?> CountTokensAsync(ServerQuery query, string model, ReadOnlyMemory<byte> body, CancellationToken cancellationToken);
}
