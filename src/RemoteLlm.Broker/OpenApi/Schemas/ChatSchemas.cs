using static RemoteLlm.Broker.OpenApi.Schemas.Member;
using static RemoteLlm.Broker.OpenApi.Schemas.SchemaType;

namespace RemoteLlm.Broker.OpenApi.Schemas;

/// <summary>OpenAI's requests for text, and their answers. Source: OpenAI's API reference; local servers know parts of it.</summary>
internal static class ChatSchemas
{
    private static readonly Member[] s_sampling =
    [
        new("temperature", Number, "0 is the most predictable."),
        new("top_p", Number),
        new("stop", Either(Text, ListOf(Text)), "Where to stop."),
        new("seed", Whole),
    ];

    private static readonly Member[] s_streaming =
    [
        new("stream", Flag, "Answer with events as tokens come. Default false."),
        new("stream_options", Named("StreamOptions")),
    ];

    public static readonly ComponentSchema StreamOptions = new(
        "StreamOptions", "What a stream tells besides its text.", new Member("include_usage", Flag, "A last chunk with usage and without choices."));

    public static readonly ComponentSchema ChatMessage = new(
        "ChatMessage",
        "One message of a chat.",
        Needed("role", Choice("system", "developer", "user", "assistant", "tool")),
        new Member("content", Either(Text, ListOf(Bag), new SchemaType("null", () => new() { ["type"] = "null" })), "A text, or parts of type text, image_url, input_audio or file."),
        new Member("name", Text),
        new Member("tool_calls", ListOf(Bag), "What the assistant wants called."),
        new Member("tool_call_id", Text, "Which call a tool message answers."));

    public static readonly ComponentSchema ChatCompletionRequest = new(
        "ChatCompletionRequest",
        "A chat to go on with.",
        [
            Model,
            Needed("messages", ListOf(Named("ChatMessage")), "The chat so far, oldest first."),
            .. s_streaming,
            new("max_tokens", Whole, "Most tokens of the answer."),
            new("max_completion_tokens", Whole, "The newer name of max_tokens."),
            .. s_sampling,
            new("tools", ListOf(Bag), "Functions that the model may ask to have called."),
            new("tool_choice", Either(Text, Bag)),
            new("response_format", Bag, "Asks for JSON, of a schema or of any form."),
            new("logprobs", Flag),
            new("reasoning_effort", Text),
            new("prompt_cache_key", Text, "Names the conversation, so that it stays with the server that remembers it."),
        ])
    {
        Example = """{"model":"llama3.2","messages":[{"role":"user","content":"Why is the sky blue?"}],"stream":true}""",
    };

    public static readonly ComponentSchema ChatCompletion = new(
        "ChatCompletion",
        "The answer when it does not stream.",
        Needed("id", Text),
        Needed("object", Constant("chat.completion")),
        Needed("created", Whole, "Unix time, seconds."),
        Needed("model", Text),
        Needed("choices", ListOf(Bag), "Each with index, message and finish_reason."),
        new Member("usage", Named("Usage")));

    public static readonly ComponentSchema ChatCompletionChunk = new(
        "ChatCompletionChunk",
        "The data of one event of a stream.",
        Needed("id", Text),
        Needed("object", Constant("chat.completion.chunk")),
        Needed("created", Whole, "Unix time, seconds."),
        Needed("model", Text),
        Needed("choices", ListOf(Bag), "Each with index, delta and finish_reason."),
        new Member("usage", Either(Named("Usage"), new SchemaType("null", () => new() { ["type"] = "null" }))));

    public static readonly ComponentSchema Usage = new(
        "Usage",
        "What a request took.",
        new Member("prompt_tokens", Whole),
        new Member("completion_tokens", Whole),
        new Member("total_tokens", Whole),
        new Member("prompt_tokens_details", Bag, "cached_tokens: how many of the prompt were remembered."));

    public static readonly ComponentSchema CompletionRequest = new(
        "CompletionRequest",
        "A text to go on with.",
        [
            Model,
            Needed("prompt", Either(Text, ListOf(Text), ListOf(Whole))),
            .. s_streaming,
            new("max_tokens", Whole, "Most tokens of the answer."),
            .. s_sampling,
            new("suffix", Text, "What comes behind the gap, for models that fill one."),
            new("echo", Flag),
        ])
    {
        Example = """{"model":"llama3.2","prompt":"Once upon a time","max_tokens":64}""",
    };

    public static readonly ComponentSchema Completion = new(
        "Completion",
        "The continuation, or a piece of it in a stream.",
        Needed("id", Text),
        Needed("object", Constant("text_completion")),
        Needed("created", Whole, "Unix time, seconds."),
        Needed("model", Text),
        Needed("choices", ListOf(Bag), "Each with index, text and finish_reason."),
        new Member("usage", Either(Named("Usage"), new SchemaType("null", () => new() { ["type"] = "null" }))));

    public static readonly ComponentSchema ResponsesRequest = new(
        "ResponsesRequest",
        "A response to ask for, as Codex and newer SDKs do.",
        [
            Model,
            Needed("input", Either(Text, ListOf(Bag)), "A text, or items such as messages and outputs of functions."),
            new("instructions", Text, "What a system message says in a chat."),
            new("stream", Flag, "Answer with events as tokens come. Default false."),
            new("max_output_tokens", Whole, "Most tokens of the answer, reasoning included."),
            new("tools", ListOf(Bag)),
            new("tool_choice", Either(Text, Bag)),
            new("reasoning", Bag, "effort and summary."),
            new("text", Bag, "format: asks for JSON."),
            new("temperature", Number),
            new("store", Flag, "Most local servers keep nothing: send the whole conversation."),
            new("previous_response_id", Text, "Only where the LLM server keeps responses."),
            new("prompt_cache_key", Text, "Names the conversation, so that it stays with the server that remembers it."),
        ])
    {
        Example = """{"model":"llama3.2","input":"Why is the sky blue?"}""",
    };

    public static readonly ComponentSchema Response = new(
        "Response",
        "The answer of the Responses API.",
        Needed("id", Text),
        Needed("object", Constant("response")),
        new Member("created_at", Whole, "Unix time, seconds."),
        new Member("status", Text, "completed, incomplete, failed or in_progress."),
        new Member("model", Text),
        Needed("output", ListOf(Bag), "Messages, reasoning and calls of functions."),
        new Member("usage", Bag, "input_tokens, output_tokens and total_tokens."));

    public static IReadOnlyList<ComponentSchema> All { get; } =
        [ChatCompletionRequest, ChatMessage, StreamOptions, ChatCompletion, ChatCompletionChunk, Usage, CompletionRequest, Completion, ResponsesRequest, Response];
}
