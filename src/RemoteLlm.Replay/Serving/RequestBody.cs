using Microsoft.AspNetCore.Http;

namespace RemoteLlm.Replay.Serving;

/// <summary>Reads request bodies whole: a cassette is chosen by the body, and a recording holds it.</summary>
internal static class RequestBody
{
    /// <summary>64 MiB: more than any gateway in front lets pass. A longer body is answered 413 by <see cref="BadHttpRequestException"/>.</summary>
    public const long MostBytes = 64 * 1024 * 1024;

    /// <summary>The body; empty when there is none.</summary>
    public static async Task<byte[]> Read(HttpRequest request, CancellationToken cancellation)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellation);
        return body.ToArray();
    }
}
