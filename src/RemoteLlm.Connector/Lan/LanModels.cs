using RemoteLlm.Connector.Relay;
using RemoteLlm.Hosting.Edge;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Connector.Lan;

/// <summary>This connector's own models, those too that its owner does not share with the broker's users: they see what their keys allow.</summary>
internal sealed class LanModels(ServedModels source) : IModelCatalogue
{
    public IEnumerable<string> OllamaVersions => source.Inventory.OllamaVersion is { } version ? [version] : [];

    public IEnumerable<ModelDescription> Visible(IEdgeCaller caller) => source.Everything.Models
        .Where(model => caller.Allows(model.Id))
        .DistinctBy(model => model.Id)
        .OrderBy(model => model.Id, StringComparer.Ordinal);

    // As a request for it would be answered.
    public ApiError Missing(string model, IEnumerable<string> visible) => source.Inventory.Problem is null ? ApiErrors.ModelNotFound(model, visible) : ApiErrors.UpstreamError();
}
