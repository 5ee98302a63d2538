namespace RemoteLlm.Protocol.Dialects.Rerank;

/// <summary>The forms of a rerank request that LLM servers take.</summary>
public enum RerankForm
{
    /// <summary><c>documents</c>, as Cohere began it and Jina, vLLM, llama.cpp, Infinity and most others have it.</summary>
    Standard,

    /// <summary><c>texts</c>, as Hugging Face's Text Embeddings Inference (TEI) has it.</summary>
    Texts,
}
