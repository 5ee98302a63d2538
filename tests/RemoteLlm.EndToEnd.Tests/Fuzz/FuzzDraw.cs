using System.Globalization;
using System.Text;

namespace RemoteLlm.EndToEnd.Tests.Fuzz;

/// <summary>Puts requests together. The same seed gives the same request.</summary>
internal static class FuzzDraw
{
    private static readonly string[] s_methods = ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "CONNECT", "post", "Post", "PROPFIND", "FOO", "P@ST", "\u00c4", "GET/POST"];
    private static readonly string[] s_versions = ["HTTP/1.0", "HTTP/1.0", "HTTP/1.2", "HTTP/2.0", "HTTP/0.9", "http/1.1", "HTTP/1.1x", "HTTP/11", "", "HTTP/1.1 "];
    private static readonly string[] s_types = ["text/plain", "application/json; charset=utf-16", "application/x-www-form-urlencoded", "APPLICATION/JSON", "", "a/b; c=\"", "multipart/form-data; boundary=x"];

    private static readonly string[] s_brokenEnds = ["xyz\r\n", "-1\r\n\r\n", "fffffffffffffffff\r\n", "1\r\nab\r\n0\r\n\r\n", "0\r\nX: \0\r\n\r\n", "0\n\n", " 0\r\n\r\n", "0;\r\r\n\r\n", "0\r\n: x\r\n\r\n"];

    public static FuzzRequest Draw(int seed)
    {
        var random = new Random(seed);
        var target = Targets.Draw(random, out var path);
        var isForm = path == "/v1/audio/transcriptions";
        var (body, type) = isForm ? FormBodies.Draw(random) : (JsonBodies.Draw(random, path), random.Once(20) ? random.Of(s_types) : "application/json");
        var method = random.Once(25) ? random.Of(s_methods) : path == "/api/delete" ? "DELETE" : "POST";
        var end = FuzzEnd.Whole;

        var lines = new List<string> { "Host: broker", $"Content-Type: {type}" };
        var hasKey = AddKey(random, lines);
        lines.AddRange(HeaderTricks.Harmless(random));
        var version = "HTTP/1.1";
        if (random.Once(100))
            (version, end) = (random.Of(s_versions), FuzzEnd.Doubtful);
        if (random.Once(15))
        {
            lines.Insert(random.Next(lines.Count + 1), HeaderTricks.Doubtful(random));
            // Who takes an empty body for one in chunks waits for the first of them.
            end = body.Length == 0 ? FuzzEnd.Cut : FuzzEnd.Doubtful;
        }

        var framed = random.Once(5) ? Chunked(random, body, lines, ref end) : Counted(random, body, lines, ref end);
        byte[] bytes = [.. Encoding.UTF8.GetBytes($"{method} {target} {version}\r\n{string.Concat(lines.Select(line => line + "\r\n"))}\r\n"), .. framed];
        if (random.Once(100))
            (bytes, end) = (random.Damage(bytes, FuzzRandom.Utf8("\r\n", "\r", "\n", "\0", "\r\n\r\n", ":", " ")), FuzzEnd.Cut);
        else if (random.Once(100))
            (bytes, end) = (bytes[..random.Next(1, bytes.Length)], FuzzEnd.Cut);
        return new FuzzRequest(seed, bytes, end, hasKey, method == "HEAD");
    }

    private static bool AddKey(Random random, List<string> lines)
    {
        switch (random.Next(20))
        {
            case < 12:
                lines.Add($"Authorization: Bearer {TestUsers.AliceKey}");
                return true;
            case < 14:
                lines.Add($"x-api-key: {TestUsers.AliceKey}");
                return true;
            case 14:
                lines.Add($"API-Key: {TestUsers.AliceKey}");
                return true;
            case 15:
                lines.Add($"authorization:bearer  {TestUsers.AliceKey} ");
                return true;
            case 16:
                lines.Add($"Authorization: Bearer {TestUsers.UnknownKey}");
                return false;
            case 17:
                lines.AddRange([$"Authorization: Bearer {TestUsers.AliceKey}", $"Authorization: Bearer {TestUsers.UnknownKey}"]);
                return false;
            case 18:
                lines.Add(random.Of(["Authorization: Basic x", "Authorization:", "Authorization: Bearer", "Authorization: Bearer sk-é", $"Authorization: Bearer {new string('k', 3000)}", "x-api-key: \u0001"]));
                return false;
            default:
                return false;
        }
    }

    private static byte[] Counted(Random random, byte[] body, List<string> lines, ref FuzzEnd end)
    {
        var length = body.Length;
        if (random.Once(100))
        {
            length = Math.Max(0, length - random.Next(1, 50));
            end = end == FuzzEnd.Cut ? end : FuzzEnd.Doubtful;
        }

        lines.Add(string.Create(CultureInfo.InvariantCulture, $"Content-Length: {length}"));
        return body;
    }

    private static byte[] Chunked(Random random, byte[] body, List<string> lines, ref FuzzEnd end)
    {
        lines.Add("Transfer-Encoding: chunked");
        using var framed = new MemoryStream();
        for (var at = 0; at < body.Length;)
        {
            var size = Math.Min(body.Length - at, random.Next(1, Math.Max(2, body.Length)));
            framed.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{(random.Once(10) ? "00" : "")}{size:x}{(random.Once(20) ? ";ext=\"a\"" : "")}\r\n")));
            framed.Write(body, at, size);
            framed.Write("\r\n"u8);
            at += size;
        }

        if (random.Once(20))
        {
            end = end == FuzzEnd.Cut ? end : FuzzEnd.Doubtful;
            framed.Write(Encoding.UTF8.GetBytes(random.Of(s_brokenEnds)));
        }
        else
        {
            framed.Write(random.Once(20) ? "0\r\nX-Trailer: 1\r\nContent-Length: 9\r\n\r\n"u8 : "0\r\n\r\n"u8);
        }

        return framed.ToArray();
    }
}
