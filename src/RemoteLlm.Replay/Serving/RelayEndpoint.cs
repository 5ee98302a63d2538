using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using RemoteLlm.Replay.Cassettes;
using RemoteLlm.Replay.Matching;
using RemoteLlm.Replay.Playback;
using RemoteLlm.Replay.Recording;

namespace RemoteLlm.Replay.Serving;

/// <summary>
/// Passes requests to the target and answers back as they come, each read flushed. With a recorder, the cassette is on the disk
/// before the client sees the end of the answer.
/// </summary>
internal sealed partial class RelayEndpoint(HttpMessageInvoker http, ReplayOptions options, Recorder? recorder, ILogger<RelayEndpoint> log)
{
    private const int ReadSize = 64 * 1024;

    private Uri Target => options.Target!;

    /// <summary>Serves one request.</summary>
    /// <exception cref="StreamCutException">The target cut its answer, so ours is cut too.</exception>
    public async Task Serve(HttpContext context, CancellationToken cancellation)
    {
        var body = await RequestBody.Read(context.Request, cancellation);
        var tape = new Tape(options.Time);
        using var request = TargetRequest.From(context.Request, body, Target, options.ApiKey);
        using var answer = await Send(request, context, cancellation);
        if (answer is null)
        {
            return;
        }

        tape.MarkHeaders();
        var headers = CopyHead(answer, context.Response);
        await context.Response.BodyWriter.FlushAsync(cancellation);
        var mask = RequestSecrets.MaskFor(context.Request, options.ApiKey);
        var incoming = RequestSecrets.Masked(context.Request, body, mask);
        await CopyBody(answer, context.Response, tape, end => Record(incoming, mask, answer, headers, tape, end), cancellation);
    }

    private async Task<HttpResponseMessage?> Send(HttpRequestMessage request, HttpContext context, CancellationToken cancellation)
    {
        try
        {
            return await http.SendAsync(request, cancellation);
        }
        catch (HttpRequestException error)
        {
            LogUnreachable(error, Target.Host, Target.Port);
            await ReplayErrors.Write(context, ReplayErrors.TargetDown());
            return null;
        }
    }

    private static CassetteHeader[] CopyHead(HttpResponseMessage answer, HttpResponse response)
    {
        response.StatusCode = (int)answer.StatusCode;
        response.ContentLength = answer.Content.Headers.ContentLength;
        var all = answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated);
        var headers = all.Where(header => !FramingHeaders.Contains(header.Key)).Select(header => new CassetteHeader(header.Key, [.. header.Value])).ToArray();
        foreach (var header in headers)
        {
            response.Headers[header.Name] = header.Values.ToArray();
        }

        return headers;
    }

    private static async Task CopyBody(HttpResponseMessage answer, HttpResponse response, Tape tape, Action<ResponseEnd> record, CancellationToken cancellation)
    {
        var left = answer.Content.Headers.ContentLength ?? long.MaxValue;
        await using var source = await answer.Content.ReadAsStreamAsync(cancellation);
        var buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        try
        {
            while (left > 0)
            {
                var read = await source.ReadAsync(buffer, cancellation);
                if (read == 0)
                {
                    break;
                }

                tape.Add(buffer.AsSpan(0, read));
                left -= read;
                if (left == 0)
                {
                    record(ResponseEnd.Complete);
                }

                await response.BodyWriter.WriteAsync(buffer.AsMemory(0, read), cancellation);
            }

            if (left != 0 || tape.Chunks.Count == 0)
            {
                record(ResponseEnd.Complete);
            }
        }
        catch (IOException) when (!cancellation.IsCancellationRequested)
        {
            record(ResponseEnd.Cut);
            throw new StreamCutException("The target closed its connection within the answer.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Record(IncomingRequest request, SecretMask mask, HttpResponseMessage answer, CassetteHeader[] headers, Tape tape, ResponseEnd end)
    {
        if (recorder is null)
        {
            return;
        }

        // Compressed text cannot be searched for secrets.
        if (tape.IsFull || answer.Content.Headers.ContentEncoding.Count > 0)
        {
            LogNotRecorded(request.Path, tape.IsFull ? "it is too large" : "it is compressed");
            return;
        }

        var streamed = answer.Content.Headers.ContentLength is null || end == ResponseEnd.Cut;
        recorder.Save(request, tape.Answer((int)answer.StatusCode, headers, streamed, end), mask);
    }

    [LoggerMessage(1, LogLevel.Warning, "The target {Host}:{Port} did not answer")]
    private partial void LogUnreachable(Exception error, string host, int port);

    [LoggerMessage(2, LogLevel.Warning, "The answer to {Path} is not recorded: {Reason}")]
    private partial void LogNotRecorded(string path, string reason);
}
