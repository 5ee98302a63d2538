namespace RemoteLlm.Broker.Portal.Connect;

/// <summary>What differs between the snippets of two readers.</summary>
/// <param name="Site">The portal's address, without a slash at its end: the base URL of clients that speak Anthropic's or Ollama's dialect.</param>
/// <param name="Model">The model.</param>
internal sealed record GuideValues(string Site, string Model)
{
    /// <summary>The environment variable that holds the key. No page has the key itself.</summary>
    public const string Variable = "REMOTELLM_API_KEY";

    /// <summary>What stands for the key where a client takes no variable.</summary>
    public const string KeyHere = "sk-…";

    /// <summary>
    /// Most tokens of one request, prompt and answer together; null when unknown. Agents fold a conversation before it is longer, and take a model that they do not know for a large one:
    /// Codex for 272,000 tokens, Claude Code for a million; opencode folds nothing.
    /// </summary>
    public int? ContextLength { get; init; }

    /// <summary>Most tokens of one answer, where a client wants to be told: they are taken from the context, and some servers refuse a prompt beside which they do not fit. Null when unknown.</summary>
    public int? AnswerLength => ContextLength is { } context ? Math.Min(context / 4, 32_000) : null;

    /// <summary>Whether the model's server says that it calls tools.</summary>
    public bool CallsTools { get; init; }

    /// <summary>The base URL of OpenAI's clients.</summary>
    public string BaseUrl => Site + "/v1";

    /// <summary>The first step of what runs in a shell.</summary>
    public static GuideStep SetKey { get; } = new("Put your key into the environment", $"export {Variable}={KeyHere}");
}
