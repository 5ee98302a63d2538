using RemoteLlm.Broker.Api;
using RemoteLlm.Broker.Connectors;
using RemoteLlm.Hosting.Edge;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Broker.Routing;

/// <summary>The models of all connectors together.</summary>
internal sealed class RoutedModels(ModelRouter router, SessionRegistry sessions) : IModelCatalogue
{
    public IEnumerable<string> OllamaVersions => sessions.Routable().Select(session => session.Inventory.OllamaVersion).OfType<string>();

    public IEnumerable<ModelDescription> Visible(IReadOnlyList<string>? globs) => router.Visible(globs);

    public ApiError Missing(string model, IEnumerable<string> visible) =>
        router.MayReturn(model) ? ApiErrors.ConnectorOffline(ConnectorForwarder.OfflineRetry) : ApiErrors.ModelNotFound(model, visible);
}
