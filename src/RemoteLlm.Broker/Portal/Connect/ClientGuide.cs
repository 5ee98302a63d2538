namespace RemoteLlm.Broker.Portal.Connect;

/// <summary>How one client is connected.</summary>
/// <param name="Code">Its name in the address.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Steps">What to put where, in their order.</param>
public sealed record ClientGuide(string Code, string Name, IReadOnlyList<GuideStep> Steps)
{
    /// <summary>What else is to be known; null for nothing.</summary>
    public string? Note { get; init; }

    /// <summary>Whether it works by calling tools, and is of little use with a model that calls none.</summary>
    public bool NeedsTools { get; init; }

    /// <summary>Whether it speaks Ollama's dialect, which other servers do not.</summary>
    public bool NeedsOllama { get; init; }
}

/// <summary>One step.</summary>
/// <param name="Says">What to do with the text, a sentence or the name of a field.</param>
/// <param name="Text">What is copied.</param>
public sealed record GuideStep(string Says, string Text);
