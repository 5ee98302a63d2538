namespace RemoteLlm.Protocol.Tests;

/// <summary>A recorded exchange with a real server, from the folder Recordings.</summary>
/// <param name="IsEventStream">Whether the response is a stream of events.</param>
/// <param name="RequestBody">The body that was sent.</param>
/// <param name="ResponseBody">The body that came back, chunk framing removed.</param>
internal sealed record Recording(bool IsEventStream, byte[] RequestBody, byte[] ResponseBody)
{
    public static Recording Read(string name)
    {
        ReadOnlySpan<byte> file = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Recordings", name + ".http"));
        var split = file.IndexOf("### response\n"u8);
        var request = file[..split];
        var response = file[split..];
        var requestBody = request[(request.IndexOf("\n\n"u8) + 2)..].TrimEnd("\n"u8);
        var headersEnd = response.IndexOf("\r\n\r\n"u8);
        return new Recording(response[..headersEnd].IndexOf("text/event-stream"u8) >= 0, requestBody.ToArray(), response[(headersEnd + 4)..].ToArray());
    }
}
