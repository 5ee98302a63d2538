namespace RemoteLlm.Broker.Portal.Connect;

/// <summary>The page that connects a client.</summary>
/// <param name="BaseUrl">What clients are given.</param>
/// <param name="HasKey">Whether whoever looks at it has a key.</param>
/// <param name="Models">Models that are online and that he may chat with.</param>
/// <param name="Model">The one that the snippets name; null when none is online.</param>
/// <param name="LacksTools">Whether that one is known to call no tools.</param>
/// <param name="LacksOllama">Whether a server of it is another than Ollama.</param>
/// <param name="Clients">The clients' codes and names.</param>
/// <param name="Guide">The client that is shown.</param>
public sealed record ConnectModel(
    string BaseUrl, bool HasKey, IReadOnlyList<string> Models, string? Model, bool LacksTools, bool LacksOllama, IReadOnlyList<(string Code, string Name)> Clients, ClientGuide Guide)
{
    /// <summary>The page.</summary>
    public const string Path = "/connect";

    /// <summary>What stands for a model when none is online.</summary>
    public const string NoModel = "MODEL";

    /// <summary>The page of a client, the model kept.</summary>
    public string Of(string client) => Model is null ? $"{Path}?client={client}" : $"{Path}?client={client}&model={Uri.EscapeDataString(Model)}";
}
