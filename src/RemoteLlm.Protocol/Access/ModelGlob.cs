namespace RemoteLlm.Protocol.Access;

/// <summary>
/// Patterns for model ids: <c>*</c> is any run of characters, also none; <c>?</c> is one character; all else is itself, case matters, and the whole id must match.
/// </summary>
public static class ModelGlob
{
    /// <summary>Whether <paramref name="model"/> matches <paramref name="glob"/>.</summary>
    /// <remarks>
    /// Only the last star seen can be widened: an earlier one already has its shortest match, and what a longer one could reach the later star
    /// reaches too. So there is no nest of retries, whatever the pattern: at most length of pattern times length of id steps, no memory.
    /// </remarks>
    public static bool IsMatch(ReadOnlySpan<char> glob, ReadOnlySpan<char> model)
    {
        int g = 0, m = 0;
        int star = -1, resume = 0;
        while (m < model.Length)
        {
            if (g < glob.Length && glob[g] == '*')
            {
                star = g++;
                resume = m;
            }
            else if (g < glob.Length && (glob[g] == '?' || glob[g] == model[m]))
            {
                g++;
                m++;
            }
            else if (star >= 0)
            {
                g = star + 1;
                m = ++resume;
            }
            else
            {
                return false;
            }
        }

        return glob[g..].TrimStart('*').IsEmpty;
    }

    /// <summary>Whether a list of globs lets <paramref name="model"/> pass; no list (null) lets everything pass, an empty one nothing.</summary>
    public static bool AllowedBy(IReadOnlyList<string>? globs, ReadOnlySpan<char> model)
    {
        if (globs is null)
        {
            return true;
        }

        for (var i = 0; i < globs.Count; i++)
        {
            if (IsMatch(globs[i], model))
            {
                return true;
            }
        }

        return false;
    }
}
