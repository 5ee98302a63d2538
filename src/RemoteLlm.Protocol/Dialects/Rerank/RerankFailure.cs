namespace RemoteLlm.Protocol.Dialects.Rerank;

/// <summary>What a server's refusal of a rerank request says about the form that it wants.</summary>
public static class RerankFailure
{
    // The complaint is at the start; behind it some servers repeat the whole request.
    private const int LongestSearched = 8192;

    // Between the name and the word, as in {"type":"missing","loc":["body","texts"],"msg":"Field required"}.
    private const int LongestGap = 64;

    /// <summary>
    /// Whether a server that was sent <see cref="RerankForm.Standard"/> misses <c>texts</c>. TEI says 422 and <c>missing field `texts`</c>; servers behind
    /// pydantic or a JSON schema have words of their own, but all name it near to "missing" or "required". A wrong guess costs one more refusal.
    /// </summary>
    /// <param name="status">The server's status.</param>
    /// <param name="body">Its body, or the beginning of it.</param>
    public static bool WantsTexts(int status, ReadOnlySpan<byte> body)
    {
        if (status is not (400 or 422))
            return false;

        body = body[..Math.Min(body.Length, LongestSearched)];
        for (var from = 0; body[from..].IndexOf("texts"u8) is var found and >= 0;)
        {
            var start = from + found;
            from = start + "texts"u8.Length;
            var isWord = (start == 0 || !IsPartOfWord(body[start - 1])) && (from == body.Length || !IsPartOfWord(body[from]));
            var near = body[Math.Max(0, start - LongestGap)..Math.Min(body.Length, from + LongestGap)];
            if (isWord && (near.IndexOf("issing"u8) >= 0 || near.IndexOf("equired"u8) >= 0))
                return true;
        }

        return false;
    }

    private static bool IsPartOfWord(byte next) => next == '_' || char.IsAsciiLetterOrDigit((char)next);
}
