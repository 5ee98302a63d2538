using System.Text;

namespace RemoteLlm.EndToEnd.Tests.Fuzz;

/// <summary>The few ways in which things are drawn.</summary>
internal static class FuzzRandom
{
    /// <summary>True once in so many times.</summary>
    public static bool Once(this Random random, int times) => random.Next(times) == 0;

    /// <summary>One of these.</summary>
    public static T Of<T>(this Random random, IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];

    /// <summary>Bytes with a few of them removed, changed, or with one of the fragments put in.</summary>
    public static byte[] Damage(this Random random, byte[] bytes, IReadOnlyList<byte[]> fragments)
    {
        var at = random.Next(bytes.Length + 1);
        return random.Next(5) switch
        {
            0 => bytes[..at],
            1 => [.. bytes[..at], .. random.Of(fragments), .. bytes[at..]],
            2 => [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(1, 8))..]],
            3 when at < bytes.Length => [.. bytes[..at], (byte)random.Next(256), .. bytes[(at + 1)..]],
            _ => [.. bytes[..at], .. bytes[at..Math.Min(bytes.Length, at + 20)], .. bytes[at..]],
        };
    }

    /// <summary>Texts as bytes.</summary>
    public static byte[][] Utf8(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];
}
