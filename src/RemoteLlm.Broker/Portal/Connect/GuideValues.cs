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

    /// <summary>The base URL of OpenAI's clients.</summary>
    public string BaseUrl => Site + "/v1";

    /// <summary>The first step of what runs in a shell.</summary>
    public static GuideStep SetKey { get; } = new("Put your key into the environment", $"export {Variable}={KeyHere}");
}
