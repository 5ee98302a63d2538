using RemoteLlm.Protocol.Dialects;
using static RemoteLlm.Broker.OpenApi.Schemas.Member;
using static RemoteLlm.Broker.OpenApi.Schemas.SchemaType;

namespace RemoteLlm.Broker.OpenApi.Schemas;

/// <summary>The shapes of errors.</summary>
internal static class ErrorSchemas
{
    private static readonly ComponentSchema s_openAi = new("OpenAiError", "An error in OpenAI's shape.", Needed("error", Named("OpenAiErrorValue")));

    private static readonly ComponentSchema s_openAiValue = new(
        "OpenAiErrorValue",
        "What went wrong. An LLM server's own errors pass through and may have other codes than ours.",
        Needed("message", Text, "For a person: what happened and what to do about it."),
        Needed("type", Text),
        Needed("param", TextOrNull, "The member that is at fault."),
        Needed("code", Either(TextOrNull, Whole), "What programs compare."));

    private static readonly ComponentSchema s_anthropic = new(
        "AnthropicError", "An error in Anthropic's shape.", Needed("type", Constant("error")), Needed("error", Named("AnthropicErrorValue")), new Member("request_id", Text));

    private static readonly ComponentSchema s_anthropicValue = new(
        "AnthropicErrorValue", "What went wrong.", Needed("type", Text), Needed("message", Text, "For a person: what happened and what to do about it."));

    private static readonly ComponentSchema s_ollama = new(
        "OllamaError", "An error in Ollama's shape.", Needed("error", Text, "For a person: what happened and what to do about it."));

    public static IReadOnlyList<ComponentSchema> All { get; } = [s_openAi, s_openAiValue, s_anthropic, s_anthropicValue, s_ollama];

    public static ComponentSchema Of(Dialect dialect) => dialect switch
    {
        Dialect.Anthropic => s_anthropic,
        Dialect.Ollama => s_ollama,
        _ => s_openAi,
    };
}
