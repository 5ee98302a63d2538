using System.Text;

namespace RemoteLlm.Protocol.Tests.Dialects.Requests;

/// <summary>Draws request bodies that are nearly right. The same random numbers give the same body.</summary>
internal static class MutatedJson
{
    private static readonly string[] s_names =
        ["model", "model", "model", "\\u006dodel", "m\\u006Fdel", "mode\\u006c", "Model", "MODEL", "\\u004dodel", "model ", "model\\u0000", "\\ud800model", "stream", "str\\u0065am", "stream_options", "messages", "x", "", "größe"];

    private static readonly string[] s_values =
    [
        "\"a\"", "\"b\"", "\"llama3:8b\"", "\"\"", "\"\\u0061\"", "\"\\ud83d\\ude00\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u0000\"", "\"\\\"}\"", "\"\\\\\"", "7", "-0.5e+10", "1e99999", "null", "true", "false",
        "[]", "{}", "{\"model\":\"inner\"}", "[{\"model\":\"inner\"},\"model\"]", "{\"a\":{\"model\":{\"model\":1}}}", "{\"include_usage\":true}", "\"model\\\":\\\"x\"",
        new string('9', 400), "0." + new string('1', 400), "\"" + new string('m', 511) + "\"", "\"" + new string('m', 512) + "\"", "\"" + new string('m', 513) + "\"", "\"" + string.Concat(Enumerable.Repeat("\\u006d", 90)) + "\"",
    ];

    private static readonly byte[][] s_fragments =
    [
        .. new[] { "\"", "\\", "{", "}", "[", "]", ",", ":", "\0", "\n", " ", "\uFEFF", "1", "-", "01", "e", "nul", "\\u00", "\\ud800", "/**/", "//\n", "NaN", "'", "\"model\":\"evil\"", ",\"model\":\"evil\"", ",\"Model\":\"evil\"", "}{\"model\":\"evil\"}", "\u0085", "\u2028" }
            .Select(Encoding.UTF8.GetBytes),
        [0xFF], [0xC3], [0x80], [0xC0, 0xAF], [0xC1, 0xAD], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFE, 0xFF], [0xC2, 0xA0],
    ];

    public static byte[] Draw(Random random)
    {
        var body = Encoding.UTF8.GetBytes("{" + string.Join(',', Enumerable.Range(0, random.Next(5)).Select(_ => Member(random))) + "}");
        for (var changes = Math.Max(0, random.Next(5) - 1); changes > 0; changes--)
            body = Change(random, body);
        return body;
    }

    private static string Member(Random random)
    {
        var name = s_names[random.Next(random.Next(3) == 0 ? s_names.Length : 6)];
        var value = name.Length > 0 && random.Next(2) == 0 ? s_values[random.Next(3)] : s_values[random.Next(s_values.Length)];
        if (random.Next(20) == 0)
            (name, value) = ("x", Nested(random.Next(58, 70), random.Next(2) == 0));
        return $"{Space(random)}\"{name}\"{Space(random)}:{Space(random)}{value}{Space(random)}";
    }

    private static string Nested(int depth, bool objects) => objects
        ? string.Concat(Enumerable.Repeat("{\"model\":", depth)) + "\"deep\"" + new string('}', depth)
        : new string('[', depth) + new string(']', depth);

    private static string Space(Random random) => random.Next(8) == 0 ? new[] { " ", "\n", "\r\n", "\t" }[random.Next(4)] : "";

    private static byte[] Change(Random random, byte[] body)
    {
        var at = random.Next(body.Length + 1);
        var skip = Math.Min(random.Next(3), body.Length - at);
        return random.Next(9) switch
        {
            0 => body[..at],
            1 => [.. body.AsSpan(0, at), (byte)random.Next(256), .. body.AsSpan(at + skip)],
            2 => [.. body.AsSpan(0, at + skip), .. body.AsSpan(at)],
            3 => [.. body.AsSpan(0, at), .. body.AsSpan(at + skip)],
            4 => [.. s_fragments[random.Next(s_fragments.Length)], .. body],
            5 => [.. body, .. s_fragments[random.Next(s_fragments.Length)]],
            _ => [.. body.AsSpan(0, at), .. s_fragments[random.Next(s_fragments.Length)], .. body.AsSpan(at + (random.Next(2) * skip))],
        };
    }
}
