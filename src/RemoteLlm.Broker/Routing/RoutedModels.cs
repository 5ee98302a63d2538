using RemoteLlm.Broker.Api;
using RemoteLlm.Broker.Connectors;
using RemoteLlm.Hosting.Edge;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Broker.Routing;

/// <summary>The models of all connectors together.</summary>
internal sealed class RoutedModels(ModelRouter router, SessionRegistry sessions, TimeProvider time) : IModelCatalogue
{
    public IEnumerable<string> OllamaVersions => sessions.Routable().Select(session => session.Inventory.OllamaVersion).OfType<string>();

    public IEnumerable<ModelDescription> Visible(IEdgeCaller caller) => router.Visible(caller.Models);

    public ApiError Missing(string model, IEnumerable<string> visible) =>
        router.Pause(model) is { } pause ? ApiErrors.SharingPaused(pause.OpensAt, time.GetUtcNow())
        : router.MayReturn(model) ? ApiErrors.ConnectorOffline(ConnectorForwarder.OfflineRetry) : ApiErrors.ModelNotFound(model, visible);
}
