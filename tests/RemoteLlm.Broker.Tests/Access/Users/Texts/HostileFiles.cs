using FsCheck;
using FsCheck.Fluent;

namespace RemoteLlm.Broker.Tests.Access.Users.Texts;

/// <summary>Files as <see cref="OperatorFiles"/> makes them, with a few places struck by what has a meaning to YAML, cut out, or doubled. Most of them are broken; those that are not are the ones to fear.</summary>
internal static class HostileFiles
{
    private static readonly string[] s_fragments =
    [
        "\t", "|", ">", "|+\n", "|2-\n", ">-\n", "'", "\"", "{", "[", "}", "]", ",", "- ", "-\n", "-\t", "---\n", "--- ", "...\n", "#", " #", "# x\n", "&a ", "*a", "! ", "!!str ", "? ", ": ", "\n", "\n\n", "\r", "\r\n",
        " ", "  ", "    ", "\u2028", "\u0085", "\uFEFF", "%YAML 1.2\n", "- gitlab_username: u0\n", "  - gitlab_username: u9\n", "- gitlab_username: u8\n  unknown: |+\n    text\n\n\n", "unknown: x", "\nunknown_top: |\n  text\n",
        "\ndefaults: {burst: 3}\n", "gitlab_id: 7\n", "\n      # deep\n", "\n# flat\n", " x: |\n", "unknown: >\n", "~", "users:\n", "\\", "\"a\n  b\"", "'a\n\n b'",
        ":", " :", "::", "[x]", "['x']", " models: [x]}\n", "- 'gitlab_username': :u7\n", "- {? ::x, gitlab_username: u6}\n", "'unknown': :x\n", "? unknown\n", "\u2028defaults: {burst: 3}\n", "# c\u0085defaults: {burst: 3}\n", "\0", "#\0", "#\0blocked: true\n",
        "\U0001F600", "\"\\ud800\\u0041\"", "\"\\L\"", "\u00A0", "%TAG ! tag:x,2000:\n---\n", "! x", "- gitlab_username: ''\n", "- gitlab_username: \u212A0\n", "<<: *a\n", "api_key:\n  - x\n", "\v", "\f",
    ];

    /// <summary>Any file, struck up to four times.</summary>
    public static Gen<string> Any() =>
        from file in OperatorFiles.Any()
        from blows in Gen.Choose(0, 4)
        from seed in Gen.Choose(0, int.MaxValue)
        select Strike(file, blows, new Random(seed));

    /// <summary>The text, struck.</summary>
    public static string Strike(string text, int blows, Random random)
    {
        for (; blows > 0; blows--)
            text = Strike(text, random);
        return text;
    }

    private static string Strike(string text, Random random)
    {
        var at = random.Next(3) == 0 ? random.Next(text.Length + 1) : LineAt(text, random.Next(text.Length + 1)) + random.Next(0, 8);
        at = Math.Min(at, text.Length);
        var length = Math.Min(random.Next(4) == 0 ? random.Next(60) : random.Next(4), text.Length - at);
        return random.Next(6) switch
        {
            0 => text.Remove(at, length),
            1 => text.Insert(at, text[LineAt(text, at)..Math.Min(text.Length, at + random.Next(80))]),
            2 => text.Remove(at, length).Insert(at, s_fragments[random.Next(s_fragments.Length)]),
            _ => text.Insert(at, s_fragments[random.Next(s_fragments.Length)]),
        };
    }

    private static int LineAt(string text, int index) => text.AsSpan(0, index).LastIndexOf('\n') + 1;
}
