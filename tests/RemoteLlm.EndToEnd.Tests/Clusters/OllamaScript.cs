namespace RemoteLlm.EndToEnd.Tests.Clusters;

/// <summary>Answers like an Ollama server with three models, of which one is loaded.</summary>
internal static class OllamaScript
{
    /// <summary>What <c>/api/version</c> says.</summary>
    public const string Version = "0.12.6";

    /// <summary>A server of that kind.</summary>
    /// <param name="other">What it does with everything but the questions about itself; null for an empty object.</param>
    public static ScriptedLlmServer Server(LlmScript? other = null, string version = Version) => new(Script(other, version)) { Models = null };

    /// <summary>The requests that were not about the server itself.</summary>
    public static IReadOnlyList<ScriptedRequest> Asked(this ScriptedLlmServer server) =>
        [.. server.Requests.Where(request => request.Method != "GET" && !IsLook(request))];

    /// <summary>What that server does.</summary>
    public static LlmScript Script(LlmScript? other = null, string version = Version) => exchange => (exchange.Request.Method, exchange.Request.Path) switch
    {
        ("GET", "/v1/models") => exchange.SendJson($$"""{"object":"list","data":[{{Model("llama3:latest")}},{{Model("qwen3:8b")}},{{Model("test-model")}}]}"""),
        ("GET", "/api/tags") => exchange.SendJson($$"""{"models":[{{Tag("llama3:latest", 4_661_224_676)}},{{Tag("qwen3:8b", 5_200_000_000)}},{{Tag("test-model", 1)}}]}"""),
        ("GET", "/api/ps") => exchange.SendJson("""{"models":[{"name":"qwen3:8b","model":"qwen3:8b","size":6000000000,"digest":"d1","expires_at":"2025-11-30T10:05:00.1+01:00","size_vram":5500000000}]}"""),
        ("GET", "/api/version") => exchange.SendJson($$"""{"version":"{{version}}"}"""),
        _ when IsLook(exchange.Request) => exchange.SendJson("""{"details":{"family":"llama"},"model_info":{"general.architecture":"llama","llama.context_length":8192},"capabilities":["completion","tools"]}"""),
        _ => other is null ? exchange.SendJson("{}") : other(exchange),
    };

    // The connector's own question about a model, which alone wants its connection closed.
    private static bool IsLook(ScriptedRequest request) => request is { Method: "POST", Path: "/api/show", WantsClose: true };

    private static string Model(string name) => $$"""{"id":"{{name}}","object":"model","created":1764496800,"owned_by":"library"}""";

    private static string Tag(string name, long size) =>
        $$$"""{"name":"{{{name}}}","model":"{{{name}}}","modified_at":"2025-11-30T10:00:00.123456+01:00","size":{{{size}}},"digest":"d0","details":{"parent_model":"","format":"gguf","family":"llama","families":["llama"],"parameter_size":"8.0B","quantization_level":"Q4_0"}}""";
}
