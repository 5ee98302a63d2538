using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using RemoteLlm.Replay.Matching;
using RemoteLlm.Replay.Playback;
using RemoteLlm.Replay.Recording;

namespace RemoteLlm.Replay.Serving;

/// <summary>Answers requests from cassettes.</summary>
internal sealed partial class CassetteEndpoint(CassetteLibrary library, CassettePlayer player, PlayCounts counts, ILogger<CassetteEndpoint> log)
{
    private const int ShownCandidates = 3;
    private const int ShownDifferences = 4;

    private readonly ModelList _models = new(library.Cassettes);

    /// <summary>Serves one request.</summary>
    /// <exception cref="StreamCutException">The cassette ends with a cut.</exception>
    public async Task Serve(HttpContext context, CancellationToken cancellation)
    {
        var body = await RequestBody.Read(context.Request, cancellation);
        var request = RequestSecrets.Masked(context.Request, body, RequestSecrets.MaskFor(context.Request, apiKey: null));
        var cassette = library.Find(request);
        var isOwnList = cassette is null || _models.Replaces(request);
        if (isOwnList && _models.Answer(request) is { } list)
        {
            context.Response.ContentType = "application/json; charset=utf-8";
            context.Response.ContentLength = list.Length;
            await context.Response.Body.WriteAsync(list, cancellation);
            return;
        }

        if (cassette is null)
        {
            LogNoCassette(request.Method, request.Path);
            await ReplayErrors.Write(context, ReplayErrors.CassetteNotFound(Explain(request)));
            return;
        }

        LogPlaying(cassette.Name, request.Method, request.Path);
        counts.Add(cassette.Name);
        await player.Play(cassette.Response, context, cancellation);
    }

    /// <summary>What was looked for, and why the nearest cassettes are not it.</summary>
    private string Explain(IncomingRequest request)
    {
        var nearest = library.Nearest(request, ShownCandidates).Select(Describe);
        return $"No cassette answers {request.Describe()}. Nearest: {string.Join("; ", nearest)}. Record one (LLM_PROXY_MODE=record) or change the request.";
    }

    private static string Describe(NearMiss miss)
    {
        var more = miss.Differences.Count - ShownDifferences;
        var differences = string.Join(", ", miss.Differences.Take(ShownDifferences));
        return more > 0 ? $"{miss.Cassette.Name} ({differences}, {more} more)" : $"{miss.Cassette.Name} ({differences})";
    }

    [LoggerMessage(1, LogLevel.Information, "Playing {Cassette} for {Method} {Path}")]
    private partial void LogPlaying(string cassette, string method, string path);

    [LoggerMessage(2, LogLevel.Warning, "No cassette answers {Method} {Path}")]
    private partial void LogNoCassette(string method, string path);
}
