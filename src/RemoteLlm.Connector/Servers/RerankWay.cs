using RemoteLlm.Protocol.Dialects.Rerank;

namespace RemoteLlm.Connector.Servers;

/// <summary>How a server takes rerank requests.</summary>
/// <param name="Path">Where.</param>
/// <param name="Form">In which form.</param>
internal sealed record RerankWay(string Path, RerankForm Form)
{
    /// <summary>llama.cpp, vLLM, Jina, Cohere.</summary>
    public static RerankWay Usual { get; } = new("/v1/rerank", RerankForm.Standard);

    /// <summary>Infinity, older vLLM.</summary>
    public static RerankWay WithoutVersion { get; } = new("/rerank", RerankForm.Standard);

    /// <summary>TEI.</summary>
    public static RerankWay Texts { get; } = new("/rerank", RerankForm.Texts);
}
