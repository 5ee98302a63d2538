using RemoteLlm.Connector.Link;
using RemoteLlm.Hosting.Edge;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Connector.Lan;

/// <summary>This connector's own models.</summary>
internal sealed class LanModels(IModelSource source) : IModelCatalogue
{
    public IEnumerable<string> OllamaVersions => source.Inventory.OllamaVersion is { } version ? [version] : [];

    public IEnumerable<ModelDescription> Visible(IReadOnlyList<string>? globs) => source.Inventory.Models
        .Where(model => ModelGlob.AllowedBy(globs, model.Id))
        .DistinctBy(model => model.Id)
        .OrderBy(model => model.Id, StringComparer.Ordinal);

    // As a request for it would be answered.
    public ApiError Missing(string model, IEnumerable<string> visible) => source.Inventory.Problem is null ? ApiErrors.ModelNotFound(model, visible) : ApiErrors.UpstreamError();
}
