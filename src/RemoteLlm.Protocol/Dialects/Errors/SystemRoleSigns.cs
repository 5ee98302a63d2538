namespace RemoteLlm.Protocol.Dialects.Errors;

/// <summary>
/// By what words servers say that a system message may not stand where it stands. Claude Code puts one behind the user's first, and does without once it is told so in words that it knows
/// (<see cref="ApiErrors.MisplacedSystemMessage"/>).
/// </summary>
internal static class SystemRoleSigns
{
    // Sources are with the tests, which have each text in full.
    private static readonly string[] Phrases =
    [
        "system message must be at the beginning", // Qwen's templates in llama.cpp, Ollama's renderers
        "unknown variant `system`, expected", // servers written in Rust
        "unknown variant 'system', expected",
        "Input should be 'user' or 'assistant'", // vLLM before 0.23, others in FastAPI
        "must be either 'user' or 'assistant', but got 'system'",
    ];

    /// <summary>The sentence that says so; null when none does.</summary>
    public static string? Find(int status, ServerErrorBody answer) =>
        status is 400 or 422 or 500 ? answer.Sentences.FirstOrDefault(static sentence => Phrases.Any(phrase => sentence.Contains(phrase, StringComparison.OrdinalIgnoreCase))) : null;
}
