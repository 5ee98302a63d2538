using System.Globalization;

namespace RemoteLlm.Protocol.Dialects.Usage;

/// <summary>Token usage as the connector tells it to the broker behind an answer: prompt, completion and cached tokens, separated by commas.</summary>
public static class UsageTrailer
{
    /// <summary>The text of a usage.</summary>
    public static string Format(TokenUsage usage) =>
        string.Create(CultureInfo.InvariantCulture, $"{usage.PromptTokens},{usage.CompletionTokens},{usage.CachedTokens}");

    /// <summary>Reads a text that <see cref="Format"/> made; false for anything else, and for counts below 0.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TokenUsage usage)
    {
        usage = default;
        Span<Range> parts = stackalloc Range[4];
        if (text.Split(parts, ',') != 3
            || !long.TryParse(text[parts[0]], NumberStyles.None, CultureInfo.InvariantCulture, out var prompt)
            || !long.TryParse(text[parts[1]], NumberStyles.None, CultureInfo.InvariantCulture, out var completion)
            || !long.TryParse(text[parts[2]], NumberStyles.None, CultureInfo.InvariantCulture, out var cached))
        {
            return false;
        }

        usage = new TokenUsage(prompt, completion, cached);
        return true;
    }
}
