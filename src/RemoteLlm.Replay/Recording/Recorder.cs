using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using RemoteLlm.Hosting.Files;
using RemoteLlm.Replay.Cassettes;
using RemoteLlm.Replay.Matching;

namespace RemoteLlm.Replay.Recording;

/// <summary>Writes exchanges as cassettes. The same request gets the same file name: recording again replaces.</summary>
internal sealed partial class Recorder(string directory, Uri target, TimeProvider time, ILogger<Recorder> log)
{
    /// <summary>Writes one exchange; an error of the file system is logged and spoils no answer.</summary>
    /// <param name="request">The request, masked.</param>
    /// <param name="response">The answer, not yet masked.</param>
    /// <param name="mask">Covers the secrets of this exchange.</param>
    public void Save(IncomingRequest request, CassetteResponse response, SecretMask mask)
    {
        var safe = response with
        {
            Headers = [.. response.Headers.Where(header => RecordedHeaders.Keep(header.Name)).Select(header => header with { Values = [.. header.Values.Select(mask.Text)] })],
            Chunks = MaskedChunks.Of(response.Chunks, mask),
        };
        var path = Path.Combine(directory, NameOf(request) + ".yaml");
        try
        {
            AtomicFile.Write(path, CassetteWriter.Write(Source(), request, safe));
            LogRecorded(path, safe.Status, safe.Chunks.Count, safe.Length);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogNotWritten(error, path);
        }
    }

    /// <summary>Such as <c>v1-chat-completions-llama3-stream-1f3a9c2e</c>: path, model, streaming, and eight digits that tell requests apart.</summary>
    internal static string NameOf(IncomingRequest request)
    {
        var text = new StringBuilder(request.Path.Trim('/'));
        _ = request.Model is { } model ? text.Append('-').Append(model) : text;
        _ = request.SaysStream ? text.Append("-stream") : text;

        const int LongestName = 80;
        var safe = new string([.. text.ToString().Take(LongestName).Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' ? c : '-')]).TrimStart('.', '-');
        return $"{safe}-{Fingerprint(request)}".TrimStart('-');
    }

    private static string Fingerprint(IncomingRequest request)
    {
        var head = $"{request.Method} {request.Path}?{string.Join('&', request.Query.Select(pair => pair.Key + "=" + pair.Value))}\n";
        return Digest.Of([.. Encoding.UTF8.GetBytes(head), .. Content(request)])[..8];
    }

    /// <summary>The body; of a form its parts, because clients draw another boundary for each request.</summary>
    private static byte[] Content(IncomingRequest request) => request.Form is { } form
        ? [.. form.SelectMany(field => Encoding.UTF8.GetBytes($"{field.Name} {field.IsFile} {Digest.Of(field.Bytes.Span)}\n"))]
        : request.Body.ToArray();

    private string Source() =>
        string.Create(CultureInfo.InvariantCulture, $"recorded from {target.Host}:{target.Port} on {time.GetUtcNow():yyyy-MM-dd}; secrets are masked with x");

    [LoggerMessage(1, LogLevel.Information, "Recorded {Path}: status {Status}, {Chunks} chunks, {Bytes} bytes")]
    private partial void LogRecorded(string path, int status, int chunks, long bytes);

    [LoggerMessage(2, LogLevel.Error, "The cassette {Path} could not be written")]
    private partial void LogNotWritten(Exception error, string path);
}
