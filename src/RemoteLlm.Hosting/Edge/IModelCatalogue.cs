using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Hosting.Edge;

/// <summary>Which models an edge has to offer now.</summary>
public interface IModelCatalogue
{
    /// <summary>Versions of the Ollama servers behind it; none where there is no such server.</summary>
    IEnumerable<string> OllamaVersions { get; }

    /// <summary>The models that are served now and that the caller may use; one entry an id, sorted by it.</summary>
    IEnumerable<ModelDescription> Visible(IEdgeCaller caller);

    /// <summary>What to answer to a question about a model that is not among them.</summary>
    /// <param name="model">Its id.</param>
    /// <param name="visible">The ids that the caller may use, so that near misses can be named.</param>
    ApiError Missing(string model, IEnumerable<string> visible);
}
