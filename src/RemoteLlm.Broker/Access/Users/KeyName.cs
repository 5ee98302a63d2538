using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Access.Users;

/// <summary>The form of the names that people give their keys.</summary>
public static class KeyName
{
    /// <summary>Most characters of a name.</summary>
    public const int MaxLength = 64;

    /// <summary>The rule in words.</summary>
    public const string Rule = "A key name has 1 to 64 characters in one line, no blank at its ends, and does not begin with sk-.";

    /// <summary>Whether the text can be a key's name. One that looks like a prefix would make "revoke" mean two things.</summary>
    public static bool IsWellFormed(string name) =>
        name.Length is >= 1 and <= MaxLength
        && name.Trim().Length == name.Length
        && !name.StartsWith(ApiKey.Scheme, StringComparison.Ordinal)
        && !name.Any(c => char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029' or '\uFEFF');

    /// <summary>The next <c>key-N</c> that none of these keys has.</summary>
    internal static string Next(IEnumerable<KeyRecord> keys)
    {
        var taken = keys.Select(key => key.Name).ToHashSet(StringComparer.Ordinal);
        var number = 1;
        while (taken.Contains($"key-{number}"))
            number++;
        return $"key-{number}";
    }

    /// <summary>A name made of another, such as <c>laptop-old</c>, that none of these keys has.</summary>
    internal static string Free(string stem, string suffix, IEnumerable<KeyRecord> keys)
    {
        var taken = keys.Select(key => key.Name).ToHashSet(StringComparer.Ordinal);
        for (var number = 1; ; number++)
        {
            var end = number == 1 ? suffix : $"{suffix}-{number}";
            var name = string.Concat(stem.AsSpan(0, Math.Min(stem.Length, MaxLength - end.Length)).TrimEnd(), end);
            if (!taken.Contains(name))
                return name;
        }
    }
}
