namespace RemoteLlm.Protocol.Dialects.Errors;

/// <summary>By what words servers say that they lack an endpoint, as against a model.</summary>
internal static class MissingSigns
{
    private const string LmStudio = "Unexpected endpoint or method";

    // The whole sentence.
    private static readonly string[] Sentences =
    [
        "Not Found", // FastAPI and Starlette (vLLM, SGLang, tabbyAPI), Spring, ASP.NET
        "Method Not Allowed",
        "Not Implemented",
        "File Not Found", // llama.cpp
        "404 page not found", // gin and Go's net/http (Ollama, LocalAI)
        "405 method not allowed",
        "404 Not Found", // nginx, Caddy, Node
        "405 Not Allowed", // nginx
    ];

    // KoboldCpp
    private const string Part = "this endpoint does not exist";

    private static readonly string[] Beginnings =
    [
        LmStudio,
        "Cannot POST /", // Express
        "Cannot GET /",
        "Invalid URL (", // OpenAI
        "Unknown request URL", // OpenAI
        "This server does not support", // llama.cpp and Ollama, with 501: embeddings, reranking, completions
        "Unknown endpoint",
        "No route",
    ];

    /// <summary>LM Studio's <c>{"error":"Unexpected endpoint or method. (POST /v1/rerank)"}</c>, which comes with status 200.</summary>
    public static bool IsLmStudioRefusal(ServerErrorBody answer) => answer.Error?.StartsWith(LmStudio, StringComparison.OrdinalIgnoreCase) ?? false;

    /// <summary>The sentence that says so, which may be empty; null when it is not about the endpoint.</summary>
    public static string? Find(int status, ServerErrorBody answer)
    {
        if (status is not (404 or 405 or 501))
            return IsLmStudioRefusal(answer) ? answer.Error : null;
        if (answer.Codes.Contains("model_not_found"))
            return null;
        foreach (var sentence in answer.Sentences)
        {
            if (IsAboutEndpoint(sentence.AsSpan().Trim()))
                return sentence;
        }

        // A router's bare status, or some web server's page: whoever knows of models has a word to say.
        if (answer.IsEmpty || answer.IsPage)
            return answer.Sentences.Count > 0 ? answer.Sentences[0] : "";
        return null;
    }

    private static bool IsAboutEndpoint(ReadOnlySpan<char> sentence)
    {
        foreach (var whole in Sentences)
        {
            if (sentence.TrimEnd('.').Equals(whole, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        foreach (var beginning in Beginnings)
        {
            if (sentence.StartsWith(beginning, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return sentence.Contains(Part, StringComparison.OrdinalIgnoreCase);
    }
}
