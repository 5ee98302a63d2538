namespace RemoteLlm.EndToEnd.Tests.Errors;

/// <summary>One row of the table of errors, as clients see it, in words of its own: nothing here is taken from the code that makes errors.</summary>
/// <param name="Status">The status for OpenAI's and Ollama's clients.</param>
/// <param name="Type">OpenAI's type.</param>
/// <param name="Code">OpenAI's code.</param>
/// <param name="AnthropicStatus">The status for Anthropic's clients.</param>
/// <param name="AnthropicType">Anthropic's type.</param>
internal sealed record ErrorRow(int Status, string Type, string Code, int AnthropicStatus, string AnthropicType)
{
    /// <summary>OpenAI's <c>param</c>; null for none.</summary>
    public string? Param { get; init; }

    /// <summary>It says when to come back.</summary>
    public bool Waits { get; init; }

    /// <summary>It says not to come back.</summary>
    public bool Final { get; init; }

    /// <summary>Its <c>Allow</c> header; null for none.</summary>
    public string? Allow { get; init; }
}
