namespace RemoteLlm.Hosting.Edge;

/// <summary>What a log shows of a text that a client made up: a path, a method.</summary>
public static class ShownText
{
    // Enough to see which base URL a client was given.
    private const int MaxShown = 100;

    /// <summary>Bounded, and without what somebody may have put there by mistake: keys are of these two forms.</summary>
    public static string Of(string text)
    {
        var end = Math.Min(text.Length, MaxShown);
        foreach (var scheme in (ReadOnlySpan<string>)["sk-", "rlc-"])
        {
            if (text.IndexOf(scheme, StringComparison.OrdinalIgnoreCase) is >= 0 and var at)
                end = Math.Min(end, at);
        }

        return end == text.Length ? text : $"{text.AsSpan(0, end)}…";
    }
}
