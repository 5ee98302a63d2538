using System.Text;

namespace RemoteLlm.EndToEnd.Tests.Fuzz;

/// <summary>Draws <c>multipart/form-data</c> bodies: right ones and damaged ones.</summary>
internal static class FormBodies
{
    private const string Boundary = "----cut-here";

    private static readonly string[] s_types =
    [
        $"multipart/form-data; boundary={Boundary}", $"multipart/form-data; boundary={Boundary}", $"multipart/form-data; boundary={Boundary}", $"multipart/form-data; boundary=\"{Boundary}\"", "multipart/form-data",
        $"multipart/form-data; boundary={Boundary}; boundary=other", $"Multipart/Form-Data;BOUNDARY={Boundary}", $"multipart/mixed; boundary={Boundary}", $"multipart/form-data; boundary*=utf-8''{Boundary}", "application/json",
    ];

    private static readonly string[] s_parts =
    [
        Part("name=\"model\"", JsonBodies.Forbidden), Part("name=\"Model\"", JsonBodies.Forbidden), Part("name=model", JsonBodies.Forbidden), Part("name=\"mod\\el\"", JsonBodies.Forbidden), Part("name*=utf-8''model", JsonBodies.Forbidden),
        Part("name=\"x\"; name=\"model\"", JsonBodies.Forbidden), Part("name=\"model\"; filename=\"f\"", JsonBodies.Forbidden), Part("filename=\"model\"", "x"), Part("name=\"stream\"", "true"), Part("name=\"stream\"", "TRUE"),
        $"--{Boundary}\r\nContent-Disposition: form-data; name=\"x\"\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n{JsonBodies.Forbidden}\r\n",
        $"--{Boundary}\r\nContent-Disposition: form-data;\r\n name=\"model\"\r\n\r\n{JsonBodies.Forbidden}\r\n", $"--{Boundary}\nContent-Disposition: form-data; name=\"model\"\n\n{JsonBodies.Forbidden}\n", $"--{Boundary}\r\n\r\nnothing\r\n",
        $"--{Boundary}\r\nContent-Disposition: form-data; name=\"model\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{JsonBodies.Allowed}\r\n", $"--{Boundary}--\r\n", $"--{Boundary}x\r\n",
    ];

    private static readonly byte[][] s_fragments =
        [.. FuzzRandom.Utf8("\r", "\n", "\r\n", "\r\n\r\n", "\0", "--", $"--{Boundary}", $"--{Boundary}--", $"\r\n--{Boundary}\r\n", ";", "\"", "\\", "name=\"model\"", $"{JsonBodies.Forbidden}"), [0xFF], [0xC0, 0xAF]];

    /// <summary>A body, and the type that it comes with.</summary>
    public static (byte[] Body, string ContentType) Draw(Random random)
    {
        var parts = new List<string> { Part("name=\"model\"", JsonBodies.Allowed), Part("name=\"file\"; filename=\"a.wav\"", "RIFF....WAVE") };
        for (var i = random.Once(2) ? 0 : random.Next(1, 3); i > 0; i--)
            parts.Insert(random.Next(parts.Count + 1), random.Of(s_parts));
        var body = Encoding.UTF8.GetBytes(string.Concat(parts) + $"--{Boundary}--\r\n");
        for (var i = random.Once(3) ? random.Next(1, 3) : 0; i > 0; i--)
            body = random.Damage(body, s_fragments);
        return (body, random.Once(3) ? random.Of(s_types) : s_types[0]);
    }

    private static string Part(string parameters, string content) => $"--{Boundary}\r\nContent-Disposition: form-data; {parameters}\r\n\r\n{content}\r\n";
}
