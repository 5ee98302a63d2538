using RemoteLlm.Protocol.Dialects.Requests;

namespace RemoteLlm.Protocol.Tests.Dialects.Requests;

/// <summary>Bodies of <c>multipart/form-data</c> with the boundary <c>XyZ</c>.</summary>
internal static class MultipartText
{
    public const string Boundary = "XyZ";

    /// <summary>A request as clients send it, its file full of what nearly is a delimiter.</summary>
    public static readonly string Transcription = Body(
        Part("name=\"response_format\"", "json"),
        Part("name=\"file\"; filename=\"talk.wav\"", "RIFF\r\n--Xy\r\n--XyA\r\n\r\n-\r\n--\r\n--X\r--Xy\n--Xyz\r\n-XyZ\r\r\n--XyY--", "Content-Type: audio/wav\r\n"),
        Model("whisper-large-v3"),
        Part("name=\"prompt\"", ""),
        Part("name=\"stream\"", "true"));

    public static MultipartScanner Scanner() => MultipartScanner.ForContentType("multipart/form-data; boundary=" + Boundary)!;

    public static string Body(params string[] parts) => string.Concat(parts.Select(part => $"--{Boundary}\r\n{part}\r\n")) + $"--{Boundary}--\r\n";

    public static string Part(string parameters, string value, string headers = "") => $"Content-Disposition: form-data; {parameters}\r\n{headers}\r\n{value}";

    public static string Model(string value) => Part("name=\"model\"", value);
}
