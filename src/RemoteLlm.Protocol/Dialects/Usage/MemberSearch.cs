namespace RemoteLlm.Protocol.Dialects.Usage;

/// <summary>
/// Quick searches for members of a JSON text, which spare most stream events a parse. Inside of strings quotes are escaped, so what a model writes
/// is not found; a name that it chose may be, and so a find is worth a parse, no more. Names are given with their quotes.
/// </summary>
internal static class MemberSearch
{
    /// <summary>Whether there is such a member with a string that is not empty.</summary>
    public static bool HasText(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        while (TrySkipToValue(ref json, name))
        {
            if (json is [(byte)'"', not (byte)'"', ..])
                return true;
        }

        return false;
    }

    /// <summary>Whether there is such a member with an object.</summary>
    public static bool HasObject(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        while (TrySkipToValue(ref json, name))
        {
            if (json is [(byte)'{', ..])
                return true;
        }

        return false;
    }

    /// <summary>Whether there is such a member with an object that is not empty.</summary>
    public static bool HasFilledObject(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        while (TrySkipToValue(ref json, name))
        {
            if (json is [(byte)'{', .. var members] && SkipSpace(members) is [not (byte)'}', ..])
                return true;
        }

        return false;
    }

    /// <summary>Whether there is such a member whose value begins like this.</summary>
    public static bool HasValue(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        while (TrySkipToValue(ref json, name))
        {
            if (json.StartsWith(value))
                return true;
        }

        return false;
    }

    /// <summary>Whether there is such a member with anything but null.</summary>
    public static bool HasSomething(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        while (TrySkipToValue(ref json, name))
        {
            if (!json.StartsWith("null"u8))
                return true;
        }

        return false;
    }

    /// <summary>Moves behind the name and the colon of the next such member.</summary>
    public static bool TrySkipToValue(ref ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        while (json.IndexOf(name) is var at and >= 0)
        {
            json = SkipSpace(json[(at + name.Length)..]);
            if (json is [(byte)':', ..])
            {
                json = SkipSpace(json[1..]);
                return true;
            }
        }

        return false;
    }

    private static ReadOnlySpan<byte> SkipSpace(ReadOnlySpan<byte> json) => json is [(byte)' ' or (byte)'\t', ..] ? json.TrimStart(" \t"u8) : json;
}
