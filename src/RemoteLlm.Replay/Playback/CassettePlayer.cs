using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Replay.Cassettes;

namespace RemoteLlm.Replay.Playback;

/// <summary>Sends the answer of a cassette, chunk by chunk, each flushed on its own.</summary>
internal sealed class CassettePlayer(ReplayPacing pacing, TimeProvider time)
{
    /// <summary>Plays one answer.</summary>
    /// <exception cref="StreamCutException">The cassette ends with a cut.</exception>
    /// <exception cref="OperationCanceledException">The client left.</exception>
    public async Task Play(CassetteResponse answer, HttpContext context, CancellationToken cancellation)
    {
        await Wait(answer.After, cancellation);
        var response = context.Response;
        response.StatusCode = answer.Status;
        foreach (var header in answer.Headers)
        {
            response.Headers[header.Name] = header.Values.ToArray();
        }

        if (!answer.Streamed && answer.Status is not (StatusCodes.Status204NoContent or StatusCodes.Status304NotModified))
        {
            response.ContentLength = answer.Length;
        }

        await response.BodyWriter.FlushAsync(cancellation);
        foreach (var chunk in answer.Chunks)
        {
            await Wait(chunk.After, cancellation);
            await response.BodyWriter.WriteAsync(chunk.Bytes, cancellation);
        }

        if (answer.End == ResponseEnd.Cut)
        {
            throw new StreamCutException("The cassette ends with a cut.");
        }

        if (answer.End == ResponseEnd.Close)
        {
            // After the headers, this closes the connection without having announced it.
            context.Features.Get<IConnectionLifetimeNotificationFeature>()!.RequestClose();
        }
    }

    private Task Wait(TimeSpan wait, CancellationToken cancellation) =>
        pacing == ReplayPacing.None || wait == TimeSpan.Zero ? Task.CompletedTask : Task.Delay(wait, time, cancellation);
}
