using System.Text;

namespace RemoteLlm.Protocol.Tests.Dialects.Requests;

/// <summary>Draws bodies that are nearly right, in Latin-1: a character is a byte. The same random numbers give the same body.</summary>
internal static class MutatedMultipart
{
    private static readonly string[] s_fragments =
    [
        "\r\n", "\n", "\r", "\r\n\r\n", "\n\n", "\r\r", "\0", " ", "\t", "\"", "\\", "\\\"", ";", ":", "=", "-", "--", "--XyZ", "\r\n--XyZ", "\n--XyZ\r\n", "\r--XyZ\r\n", "\r\n--XyZ\r\n",
        "\r\n--XyZ--\r\n", "\r\n--XyZ \r\n", "\r\n--XyZQ", "XyZ", "model", "Model", "MODEL", "stream", "name=", "name=\"model\"", "; name=\"model\"", "; name=model", "; name*=utf-8''model",
        "; filename=\"a\"", "; filename=\"a\\\"; name=\"model\"", "; filename=\"a; name=model\"", "[]", "%65", "\u00ff", "\u00c3\u00a9", "Content-Disposition: form-data; name=\"model\"\r\n", "Content-Type: text/plain\r\n",
        "Content-Type: multipart/mixed; boundary=b\r\n", "Content-Transfer-Encoding: base64\r\n", "Content-Length: 1\r\n", " folded", "\r\n folded", "\r\n--XyZ\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nevil",
        "\n--XyZ\nContent-Disposition: form-data; name=\"model\"\n\nevil", "\r\n--XyZ--\r\n--XyZ\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nevil\r\n--XyZ--\r\n",
    ];

    private static readonly string[] s_parts =
    [
        MultipartText.Part("name=\"file\"; filename=\"a.wav\"", "RIFF\r\n--Xy\r\n--\n\0", "Content-Type: audio/wav\r\n"),
        MultipartText.Part("name=\"prompt\"", "hello"),
        MultipartText.Part("name=file; filename=a; filename*=utf-8''a", "x\r\n"),
        MultipartText.Part("name=\"stream\"", "true"),
        MultipartText.Part("name=\"language\"", "", "Content-Length: 0\r\n"),
        MultipartText.Part("name=\"temperature\"", "0", "Content-Type: text/plain; charset=utf-8\r\n"),
    ];

    public static byte[] Draw(Random random)
    {
        var parts = Enumerable.Range(0, random.Next(4)).Select(_ => s_parts[random.Next(s_parts.Length)]).ToList();
        if (random.Next(8) > 0)
            parts.Insert(random.Next(parts.Count + 1), MultipartText.Model(random.Next(10) == 0 ? "" : "m" + random.Next(100)));
        var body = MultipartText.Body([.. parts]);
        for (var changes = random.Next(4); changes > 0; changes--)
            body = Change(random, body);
        return Encoding.Latin1.GetBytes(body);
    }

    /// <summary>The bytes in pieces, most of them short, some empty.</summary>
    public static IEnumerable<byte[]> Split(Random random, byte[] bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var length = Math.Min(bytes.Length - at, random.Next(3) == 0 ? random.Next(60) : random.Next(4));
            yield return bytes[at..(at + length)];
            at += length;
        }
    }

    private static string Change(Random random, string body)
    {
        var at = random.Next(body.Length + 1);
        var length = Math.Min(random.Next(8) == 0 ? random.Next(80) : random.Next(3), body.Length - at);
        return random.Next(8) switch
        {
            0 => body[..at] + (char)random.Next(256) + body[(at + length)..],
            1 => body[..at] + body[(at + length)..],
            2 => body[..(at + length)] + body[at..],
            3 => random.Next(4) == 0 ? body[..at] : body,
            4 => body[..at] + Case(body[at..(at + length)]) + body[(at + length)..],
            5 => AtLineEnd(random, body),
            _ => body[..at] + s_fragments[random.Next(s_fragments.Length)] + body[(at + length)..],
        };
    }

    // Where most of the trouble is.
    private static string AtLineEnd(Random random, string body)
    {
        var ends = Enumerable.Range(0, body.Length).Where(i => body[i] == '\r').ToList();
        if (ends.Count == 0)
            return body;
        var at = ends[random.Next(ends.Count)];
        return body[..at] + s_fragments[random.Next(s_fragments.Length)] + body[(random.Next(2) == 0 ? at : Math.Min(body.Length, at + 2))..];
    }

    private static string Case(string text) => string.Concat(text.Select(c => char.IsAsciiLetterUpper(c) ? char.ToLowerInvariant(c) : char.IsAsciiLetter(c) ? char.ToUpperInvariant(c) : c));
}
