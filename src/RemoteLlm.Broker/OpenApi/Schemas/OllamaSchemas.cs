using static RemoteLlm.Broker.OpenApi.Schemas.Member;
using static RemoteLlm.Broker.OpenApi.Schemas.SchemaType;

namespace RemoteLlm.Broker.OpenApi.Schemas;

/// <summary>Ollama's requests and answers. Source: Ollama's repository, <c>docs/api.md</c>.</summary>
internal static class OllamaSchemas
{
    private static readonly Member[] s_running =
    [
        new("stream", Flag, "Answer line by line. Default true."),
        new("format", Either(Constant("json"), Bag), "Asks for JSON, of any form or of a schema."),
        new("options", Bag, "temperature, num_ctx, num_predict, stop and others."),
        new("keep_alive", Either(Text, Number), "How long the model stays loaded."),
        new("think", Either(Flag, Text)),
    ];

    private static readonly Member[] s_end =
    [
        Needed("model", Text),
        new("created_at", Text),
        Needed("done", Flag, "True in the last line."),
        new("done_reason", Text),
        new("prompt_eval_count", Whole, "Tokens of the prompt; in the last line."),
        new("eval_count", Whole, "Tokens of the answer; in the last line."),
        new("total_duration", Whole, "Nanoseconds."),
    ];

    public static readonly ComponentSchema ChatRequest = new(
        "OllamaChatRequest",
        "A chat to go on with.",
        [Model, Needed("messages", ListOf(Named("OllamaMessage")), "The chat so far, oldest first."), .. s_running, new("tools", ListOf(Bag))])
    {
        Example = """{"model":"llama3.2","messages":[{"role":"user","content":"Why is the sky blue?"}]}""",
    };

    public static readonly ComponentSchema OllamaMessage = new(
        "OllamaMessage",
        "One message of a chat.",
        Needed("role", Choice("system", "user", "assistant", "tool")),
        Needed("content", Text),
        new Member("images", ListOf(Text), "Base64."),
        new Member("thinking", Text),
        new Member("tool_calls", ListOf(Bag)));

    public static readonly ComponentSchema ChatResponse = new("OllamaChatResponse", "The answer, or one line of it.", [Needed("message", Named("OllamaMessage")), .. s_end]);

    public static readonly ComponentSchema GenerateRequest = new(
        "OllamaGenerateRequest",
        "A text to go on with.",
        [
            Model, new("prompt", Text), new("suffix", Text, "What comes behind the gap, for models that fill one."), new("system", Text), new("images", ListOf(Text), "Base64."), .. s_running,
            new("raw", Flag, "Without the model's template."),
        ])
    {
        Example = """{"model":"llama3.2","prompt":"Why is the sky blue?","stream":false}""",
    };

    public static readonly ComponentSchema GenerateResponse = new("OllamaGenerateResponse", "The continuation, or one line of it.", [Needed("response", Text), .. s_end]);

    public static readonly ComponentSchema EmbedRequest = new(
        "OllamaEmbedRequest", "Texts to make vectors of.", Model, Needed("input", Either(Text, ListOf(Text))), new Member("truncate", Flag), new Member("dimensions", Whole))
    {
        Example = """{"model":"nomic-embed-text","input":["first text","second text"]}""",
    };

    public static readonly ComponentSchema EmbedResponse = new(
        "OllamaEmbedResponse", "One vector for each text.", Needed("model", Text), Needed("embeddings", ListOf(ListOf(Number))), new Member("prompt_eval_count", Whole));

    public static readonly ComponentSchema EmbeddingsRequest = new("OllamaEmbeddingsRequest", "One text to make a vector of.", Model, Needed("prompt", Text))
    {
        Example = """{"model":"nomic-embed-text","prompt":"a text"}""",
    };

    public static readonly ComponentSchema EmbeddingsResponse = new("OllamaEmbeddingsResponse", "The vector.", Needed("embedding", ListOf(Number)));

    public static readonly ComponentSchema ShowRequest = new("OllamaShowRequest", "Which model.", Model, new Member("verbose", Flag)) { Example = """{"model":"llama3.2"}""" };

    public static readonly ComponentSchema ShowResponse = new(
        "OllamaShowResponse",
        "What the model is.",
        new Member("details", Bag, "family, parameter_size and quantization_level."),
        new Member("model_info", Bag),
        new Member("capabilities", ListOf(Text)),
        new Member("template", Text),
        new Member("parameters", Text));

    public static readonly ComponentSchema ModelRequest = new(
        "OllamaModelRequest", "Which model to install, upload or delete.", Model, new Member("stream", Flag, "Report progress line by line. Default true."), new Member("insecure", Flag))
    {
        Example = """{"model":"llama3.2"}""",
    };

    public static readonly ComponentSchema CreateRequest = new(
        "OllamaCreateRequest",
        "What to make.",
        Needed("model", Text, "The new model's name."),
        new Member("from", Text, "The model to make it from."),
        new Member("system", Text),
        new Member("template", Text),
        new Member("parameters", Bag),
        new Member("quantize", Text),
        new Member("stream", Flag, "Report progress line by line. Default true."))
    {
        Example = """{"model":"pirate","from":"llama3.2","system":"You are a pirate."}""",
    };

    public static readonly ComponentSchema CopyRequest = new("OllamaCopyRequest", "What to copy.", Needed("source", Text), Needed("destination", Text))
    {
        Example = """{"source":"llama3.2","destination":"llama3.2-backup"}""",
    };

    public static readonly ComponentSchema Progress = new(
        "OllamaProgress", "One line of progress.", Needed("status", Text, "success in the last line."), new Member("digest", Text), new Member("total", Whole, "Bytes."), new Member("completed", Whole, "Bytes."));

    public static readonly ComponentSchema ModelList = new("OllamaModelList", "Models.", Needed("models", ListOf(Bag), "Each with name, model and details."));

    public static readonly ComponentSchema Version = new("OllamaVersion", "A version.", Needed("version", Text));

    public static IReadOnlyList<ComponentSchema> All { get; } =
    [
        ChatRequest, OllamaMessage, ChatResponse, GenerateRequest, GenerateResponse, EmbedRequest, EmbedResponse, EmbeddingsRequest, EmbeddingsResponse, ShowRequest, ShowResponse, ModelRequest,
        CreateRequest, CopyRequest, Progress, ModelList, Version,
    ];
}
