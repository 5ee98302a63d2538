using System.Globalization;
using System.Text.RegularExpressions;

namespace RemoteLlm.Protocol.Dialects.Errors;

/// <summary>By what words servers say that a prompt is longer than the model's context.</summary>
internal static class ContextLengthSigns
{
    private static readonly string[] Codes = ["context_length_exceeded", "exceed_context_size_error", "context_window_exceeded", "model_context_window_exceeded"];

    private static readonly string[] RateLimits = ["rate_limit", "tokens per minute", "rate limit"];

    // First words, and words that follow somewhere behind. Sources are with the tests, which have each text in full.
    private static readonly (string First, string Then)[] Phrases =
    [
        ("exceeds the available context size", ""), // llama.cpp
        ("context size has been exceeded", ""), // llama.cpp, LM Studio's MLX engine
        ("context size exceeded", ""),
        ("too large to process", "increase the physical batch size"), // llama.cpp, embeddings and reranking
        ("requested tokens", "exceed context window"), // llama-cpp-python
        ("maximum context length is", ""), // OpenAI, vLLM, OpenRouter, DeepSeek, text-generation-webui
        ("context length is only", ""), // vLLM since late 2025
        ("is longer than the maximum model length", ""), // vLLM
        ("is longer than the model's context length", ""), // SGLang, Together
        ("exceeds the model's maximum context length", ""), // SGLang
        ("input length", "exceeds the maximum allowed"), // SGLang
        ("`inputs` tokens + `max_new_tokens` must be <=", ""), // TGI, Together
        ("`inputs` must have less than", ""), // TGI, TEI
        ("`inputs`", "must be less than"),
        ("trying to keep the first", "overflows"), // LM Studio
        ("tokens to keep from the initial prompt is greater than the context length", ""), // LM Studio
        ("does not currently support mid-generation context overflow", ""), // LM Studio
        ("input length exceeds", "context length"), // Ollama
        ("prompt too long", "context length"), // Ollama
        ("prompt is too long", ""), // Anthropic, Fireworks
        ("exceed context limit", ""), // Anthropic, prompt and max_tokens together
        ("too large for model with", "maximum context length"), // Mistral
        ("input token count", "exceeds the maximum number of tokens"), // Gemini
        ("please reduce the length of", ""), // Groq, DeepSeek
        ("greater than max_seq_len", ""), // exllama, tabbyAPI
        ("prompt length", "exceeds maximum input length"), // TensorRT-LLM
        ("input is too long for requested model", ""), // Bedrock
        ("exceeds the context window", ""), // OpenAI, responses
        ("maximum prompt length is", ""), // xAI
        ("prompt token count of", "exceeds the limit of"), // GitHub Copilot
        ("context window exceeds limit", ""), // MiniMax
        ("exceeded model token limit", ""), // Moonshot
        ("too many tokens", "cannot exceed"), // Cohere
        ("range of input length should be", ""), // DashScope
        ("context length exceeded", ""),
        ("context_length_exceeded", ""),
    ];

    // vLLM's words for a prompt and an answer that do not fit together.
    private static readonly Regex AnswerTooLong = new(
        @"max_\w*tokens\W.*is too large: (?<answer>[0-9]{1,9})\b.*has (?<prompt>[0-9]{1,9}) input tokens",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    /// <summary>The sentence that says so; null when none does.</summary>
    public static string? Find(int status, ServerErrorBody answer)
    {
        // llama.cpp and LM Studio have used 500.
        if (status is not (400 or 413 or 422 or 500) || answer.IsPage || answer.Codes.Any(IsRateLimit))
            return null;
        var tooLong = answer.Sentences.FirstOrDefault(Says);
        return tooLong ?? (answer.Codes.Any(Codes.Contains) ? answer.Sentences.FirstOrDefault("") : null);
    }

    /// <summary>Whether a message is one of those by which clients of Anthropic know that the conversation has to be shortened.</summary>
    public static bool AreAnthropics(string? message) =>
        message is not null
        && (message.StartsWith("prompt is too long", StringComparison.OrdinalIgnoreCase)
            || message.StartsWith("input length and `max_tokens` exceed context limit", StringComparison.OrdinalIgnoreCase));

    private static bool IsRateLimit(string text) => RateLimits.Any(s => text.Contains(s, StringComparison.OrdinalIgnoreCase));

    private static bool Says(string sentence) => Phrases.Any(p => Holds(sentence, p.First, p.Then)) && !IsRateLimit(sentence) && !IsAnswersFault(sentence);

    private static bool Holds(string sentence, string first, string then)
    {
        var at = sentence.IndexOf(first, StringComparison.OrdinalIgnoreCase);
        return at >= 0 && sentence.IndexOf(then, at + first.Length, StringComparison.OrdinalIgnoreCase) >= 0;
    }

    // Prompt and answer together do not fit. A shorter conversation helps only where the prompt is the larger part.
    private static bool IsAnswersFault(string sentence)
    {
        var match = AnswerTooLong.Match(sentence);
        return match.Success
            && int.Parse(match.Groups["answer"].ValueSpan, CultureInfo.InvariantCulture) >= int.Parse(match.Groups["prompt"].ValueSpan, CultureInfo.InvariantCulture);
    }
}
