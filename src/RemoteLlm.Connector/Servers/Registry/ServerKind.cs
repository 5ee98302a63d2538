namespace RemoteLlm.Connector.Servers.Registry;

/// <summary>What an LLM server is: how it is asked about itself, and what can be relied upon.</summary>
public enum ServerKind
{
    /// <summary>Nothing is known but OpenAI's API: TEI, LocalAI, Infinity, a proxy.</summary>
    Generic = 0,

    /// <summary>Ollama.</summary>
    Ollama = 1,

    /// <summary>llama.cpp's <c>llama-server</c>.</summary>
    LlamaCpp = 2,

    /// <summary>LM Studio.</summary>
    LmStudio = 3,

    /// <summary>vLLM.</summary>
    Vllm = 4,

    /// <summary>OpenAI itself. Its requests cost money.</summary>
    OpenAi = 5,

    /// <summary>OpenRouter. Its requests cost money.</summary>
    OpenRouter = 6,
}
