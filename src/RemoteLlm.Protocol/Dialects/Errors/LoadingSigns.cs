namespace RemoteLlm.Protocol.Dialects.Errors;

/// <summary>By what words servers say that a model is being loaded.</summary>
internal static class LoadingSigns
{
    // "error loading model" is none of them: that one will not work later either.
    private static readonly string[] Phrases =
    [
        "is currently loading", // Hugging Face, TGI
        "llm server loading model", // Ollama, llm/server.go; with 500 as "unexpected server status: …"
        "model is loading", // LM Studio, gateways
        "still loading",
        "model is being loaded",
    ];

    /// <summary>The sentence that says so; null when none does.</summary>
    public static string? Find(int status, ServerErrorBody answer)
    {
        if (status is not (500 or 503))
            return null;
        foreach (var sentence in answer.Sentences)
        {
            // The whole of llama.cpp's message.
            if (status == 503 && sentence.AsSpan().Trim().TrimEnd('.').Equals("Loading model", StringComparison.OrdinalIgnoreCase))
                return sentence;
            if (Phrases.Any(p => sentence.Contains(p, StringComparison.OrdinalIgnoreCase)))
                return sentence;
        }

        return null;
    }
}
