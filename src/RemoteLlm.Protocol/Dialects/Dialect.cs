namespace RemoteLlm.Protocol.Dialects;

/// <summary>The API family of a request. It decides the shape of error bodies, of stream events and of usage.</summary>
public enum Dialect
{
    /// <summary>OpenAI's HTTP API, as also spoken by llama.cpp, vLLM, LM Studio and by Ollama under <c>/v1</c>.</summary>
    OpenAi,

    /// <summary>Anthropic's Messages API.</summary>
    Anthropic,

    /// <summary>Ollama's native API under <c>/api</c>.</summary>
    Ollama,
}
