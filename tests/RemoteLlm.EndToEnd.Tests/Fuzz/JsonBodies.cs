using System.Text;

namespace RemoteLlm.EndToEnd.Tests.Fuzz;

/// <summary>Draws JSON bodies: right ones, odd ones that are still JSON, and damaged ones.</summary>
internal static class JsonBodies
{
    /// <summary>The model that the key may use.</summary>
    public const string Allowed = "test-model";

    /// <summary>A model that is served, and that the key may not use.</summary>
    public const string Forbidden = "secret-model";

    private static readonly string[] s_members =
    [
        $"\"model\":\"{Forbidden}\"", $"\"Model\":\"{Forbidden}\"", $"\"MODEL\":\"{Allowed}\"", $"\"mod\\u0065l\":\"{Forbidden}\"", $"\"mo\\u0064el\":\"{Allowed}\"", $"\"model\\u0000\":\"{Forbidden}\"",
        "\"model\":\"test\\u002dmodel\"", "\"model\":7", "\"model\":null", "\"model\":[\"test-model\"]", "\"model\":\"\\ud800\"", "\"model\":\"\"", "\"model\":\"ｔest-model\"", $"\"model\":\" {Allowed}\"",
        $"\"metadata\":{{\"model\":\"{Forbidden}\"}}", $"\"x\":\"\\\",\\\"model\\\":\\\"{Forbidden}\"", $"\"mоdel\":\"{Forbidden}\"", "\"\":0", "\"\\ud800\":1", "\"prompt_cache_key\":\"\\ud800\"", "\"prompt_cache_key\":\"k\"",
        "\"stream\":true", "\"stream\":true", "\"stream\":false", "\"stream\":null", "\"stream\":\"true\"", "\"stream\":1", "\"Stream\":true",
        "\"stream_options\":{}", "\"stream_options\":null", "\"stream_options\":{\"x\":1}", "\"stream_options\":{\"include_usage\":null}", "\"stream_options\":[]", "\"stream_options\":{\"include_usage\":{\"a\":[]}}",
        "\"system\":\"x-anthropic-billing-header: a; b\\nBe brief.\"", "\"system\":[{\"type\":\"text\",\"text\":\"x-anthropic-billing-header: 1\"},{\"type\":\"text\",\"text\":\"Be brief.\"}]",
        "\"system\":[\"a\",{\"text\":\"x-anthropic-billing-header: 1\"}]", "\"system\":[{\"text\":\"x-anthropic-billing-header: 1\"},\"a\"]", "\"system\":[[{\"text\":\"x-anthropic-billing-header: 1\"}],{\"text\":\"x-anthropic-billing-header: 1\"},null]",
        "\"n\":1e99999", "\"n\":-0.0e-999", $"\"n\":{new string('9', 400)}", $"\"n\":0.{new string('1', 400)}", "\"n\":-0", "\"max_tokens\":18446744073709551616",
        "\"messages\":[]", "\"messages\":null", "\"messages\":\"hi\"", "\"messages\":[[[[]]]]", "\"messages\":[{\"content\":\"late\",\"role\":\"system\"},{\"role\":7}]", "\"input\":[\"a\",{\"role\":\"developer\"}]", "\"prompt\":[[1,2,3],[4]]",
        "\"documents\":[\"a\",{\"text\":\"b\"}]", "\"documents\":[{}]", "\"documents\":7", "\"top_n\":-1", "\"top_n\":1e300", "\"return_documents\":true", "\"query\":\"\\ud800\"", "\"documents\":[\"\\ud800\"]",
    ];

    private static readonly byte[][] s_fragments =
    [
        .. FuzzRandom.Utf8("\"", "\\", "{", "}", "[", "]", ",", ":", "\0", "\n", "\uFEFF", "01", "/**/", "NaN", "'", $",\"model\":\"{Forbidden}\"", $"}}{{\"model\":\"{Forbidden}\"}}", "\u2028", "\\u00", "\\ud800"),
        [0xFF], [0xC3], [0x80], [0xC0, 0xAF], [0xC1, 0xAD], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFE, 0xFF],
    ];

    /// <summary>A body for a path.</summary>
    public static byte[] Draw(Random random, string path)
    {
        var members = new List<string> { $"\"model\":\"{Allowed}\"", Prompt(random, path) };
        if (random.Once(3))
            members.Add(random.Once(2) ? "\"stream\":true" : "\"stream\":false");
        var odd = random.Once(2) ? 0 : random.Next(1, 4);
        for (var i = 0; i < odd; i++)
            members.Insert(random.Next(members.Count + 1), Odd(random));
        var body = Encoding.UTF8.GetBytes("{" + string.Join(random.Once(8) ? " ,\r\n\t" : ",", members) + "}");
        for (var i = random.Once(3) ? random.Next(1, 4) : 0; i > 0; i--)
            body = random.Damage(body, s_fragments);
        return random.Next(200) switch
        {
            0 => [],
            1 => Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(body)),
            2 => [0xEF, 0xBB, 0xBF, .. body],
            3 => [.. body, .. body],
            4 => "null"u8.ToArray(),
            _ => body,
        };
    }

    private static string Odd(Random random) => random.Next(12) switch
    {
        0 => $"\"deep\":{Nested(random, random.Next(1, 100))}",
        1 => $"\"deep\":{Nested(random, random.Once(20) ? 20_000 : random.Next(100, 1500))}",
        2 when random.Once(20) => $"\"image\":\"{new string('A', random.Next(250_000, 300_000))}\"",
        _ => random.Of(s_members),
    };

    private static string Nested(Random random, int depth) =>
        random.Once(2) ? new string('[', depth) + new string(']', depth - random.Next(2)) : string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth);

    private static string Prompt(Random random, string path) => path switch
    {
        _ when path.EndsWith("rerank", StringComparison.Ordinal) || path.EndsWith("reranking", StringComparison.Ordinal) => "\"query\":\"q\",\"documents\":[\"a\",\"b\"]",
        "/v1/embeddings" or "/v1/responses" or "/v1/moderations" or "/v1/audio/speech" or "/api/embed" => "\"input\":\"Grüße\"",
        "/v1/completions" or "/api/generate" or "/v1/images/generations" or "/api/embeddings" => "\"prompt\":\"once\"",
        _ => $"\"messages\":[{{\"role\":\"user\",\"content\":\"Hi {random.Next(1000)}\"}}]",
    };
}
