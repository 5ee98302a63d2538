namespace RemoteLlm.Protocol.Dialects.Usage;

/// <summary>What a member of a chat request says of its value.</summary>
internal enum PromptMember : byte
{
    /// <summary>Text for the model.</summary>
    Text,

    /// <summary>A setting, a label or a seal: no model reads it.</summary>
    Silent,

    /// <summary>The conversation: each object in it is a message.</summary>
    Messages,

    /// <summary>The prompt, which may be given as tokens.</summary>
    Prompt,

    /// <summary>The tools on offer: the model reads their JSON.</summary>
    Tools,

    /// <summary>What a tool was called with: the model reads its JSON.</summary>
    Arguments,

    /// <summary>An image: its address or data, or an object that has them.</summary>
    Image,

    /// <summary>When it is an object: it has the address or data of an image.</summary>
    Source,

    /// <summary>An address; of an image, when it is in an <see cref="Image"/> or a <see cref="Source"/>.</summary>
    Address,
}

/// <summary>
/// The members of chat requests by name, for OpenAI's chat, completions, embeddings and responses, Anthropic's messages and Ollama's native API together.
/// An unknown one is text: an estimate had better be too high.
/// </summary>
internal static class PromptMembers
{
    /// <summary>The longest name that is known.</summary>
    public const int LongestName = 32;

    private static readonly HashSet<string> Settings =
    [
        "model", "models", "user", "metadata", "store", "stop", "stop_sequences", "options", "keep_alive", "format", "text", "response_format",
        "tool_choice", "function_call", "reasoning", "reasoning_effort", "thinking", "think", "verbosity", "service_tier", "logit_bias", "include",
        "previous_response_id", "conversation", "safety_identifier", "prompt_cache_key", "prompt_cache_retention", "modalities", "audio", "encoding_format",
        "truncation", "truncate", "stream_options", "context_management", "container", "anthropic_version", "anthropic_beta", "betas", "provider",
        "transforms", "plugins", "route", "grammar", "json_schema", "template", "chat_template", "chat_template_kwargs", "structured_outputs", "guided_json",
        "guided_regex", "guided_choice", "guided_grammar", "session_id",
    ];

    private static readonly HashSet<string> Labels =
    [
        "role", "type", "id", "tool_call_id", "tool_use_id", "call_id", "item_id", "file_id", "media_type", "mime_type", "format", "detail", "status",
        "cache_control", "signature", "encrypted_content",
    ];

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> SettingLookup = Settings.GetAlternateLookup<ReadOnlySpan<char>>();
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> LabelLookup = Labels.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Recognises a member of the request itself.</summary>
    public static PromptMember OfRequest(ReadOnlySpan<char> name) => name switch
    {
        "messages" => PromptMember.Messages,
        "input" or "prompt" or "context" => PromptMember.Prompt,
        "tools" or "functions" => PromptMember.Tools,
        _ => SettingLookup.Contains(name) ? PromptMember.Silent : PromptMember.Text,
    };

    /// <summary>Recognises a member of something within the request.</summary>
    public static PromptMember Within(ReadOnlySpan<char> name) => name switch
    {
        "input" or "arguments" => PromptMember.Arguments,
        "image_url" => PromptMember.Image,
        "source" => PromptMember.Source,
        "url" => PromptMember.Address,
        _ => LabelLookup.Contains(name) ? PromptMember.Silent : PromptMember.Text,
    };
}
