using static RemoteLlm.Broker.OpenApi.Schemas.Member;
using static RemoteLlm.Broker.OpenApi.Schemas.SchemaType;

namespace RemoteLlm.Broker.OpenApi.Schemas;

/// <summary>Anthropic's requests and answers. Source: Anthropic's API reference, "Messages".</summary>
internal static class AnthropicSchemas
{
    private static readonly Member[] s_conversation =
    [
        Model,
        Needed("messages", ListOf(Named("InputMessage")), "The chat so far, oldest first."),
        new("system", Either(Text, ListOf(Bag)), "What the model is told before the chat."),
        new("tools", ListOf(Bag)),
        new("tool_choice", Bag),
        new("thinking", Bag),
    ];

    public static readonly ComponentSchema InputMessage = new(
        "InputMessage",
        "One message of a chat.",
        Needed("role", Choice("user", "assistant")),
        Needed("content", Either(Text, ListOf(Bag)), "A text, or blocks of type text, image, tool_use or tool_result."));

    public static readonly ComponentSchema MessagesRequest = new(
        "MessagesRequest",
        "A chat to go on with.",
        [
            .. s_conversation,
            Needed("max_tokens", Whole, "Most tokens of the answer."),
            new("stream", Flag, "Answer with events as tokens come. Default false."),
            new("temperature", Number),
            new("top_p", Number),
            new("top_k", Whole),
            new("stop_sequences", ListOf(Text)),
            new("metadata", Bag),
        ])
    {
        Example = """{"model":"llama3.2","max_tokens":256,"messages":[{"role":"user","content":"Why is the sky blue?"}]}""",
    };

    public static readonly ComponentSchema Message = new(
        "Message",
        "The answer when it does not stream.",
        Needed("id", Text),
        Needed("type", Constant("message")),
        Needed("role", Constant("assistant")),
        Needed("model", Text),
        Needed("content", ListOf(Bag), "Blocks of type text, thinking or tool_use."),
        new Member("stop_reason", TextOrNull),
        new Member("stop_sequence", TextOrNull),
        new Member("usage", Bag, "input_tokens and output_tokens."));

    public static readonly ComponentSchema CountTokensRequest = new("CountTokensRequest", "A chat to measure.", s_conversation)
    {
        Example = """{"model":"llama3.2","messages":[{"role":"user","content":"Why is the sky blue?"}]}""",
    };

    public static readonly ComponentSchema TokenCount = new(
        "TokenCount", "How long it is. An estimate where the LLM server cannot count.", Needed("input_tokens", Whole));

    public static IReadOnlyList<ComponentSchema> All { get; } = [MessagesRequest, InputMessage, Message, CountTokensRequest, TokenCount];
}
