using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using RemoteLlm.Replay.Cassettes;
using RemoteLlm.Replay.Playback;

namespace RemoteLlm.EndToEnd.Tests.Corpus;

/// <summary>An LLM server that gives the answer which a test has put into it, in the pieces that the test wants, whatever is asked. It has the models of all cassettes.</summary>
internal sealed class CorpusServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private CorpusServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(Serve);
    }

    public Uri Url => new(_app.Urls.First());

    /// <summary>The next answer, and those after it.</summary>
    public CorpusAnswer? Next { get; set; }

    /// <summary>The body of the last request.</summary>
    public ReadOnlyMemory<byte> Asked { get; private set; }

    public static async Task<CorpusServer> Start()
    {
        var server = new CorpusServer();
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None).OrHang();
        await _app.DisposeAsync();
    }

    private async Task Serve(HttpContext context)
    {
        if (context.Request.Method == "GET")
        {
            if (context.Request.Path == "/v1/models")
                await context.Response.WriteAsJsonAsync(new { @object = "list", data = CorpusCassettes.Models.Select(model => new { id = model, @object = "model" }) });
            else
                context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        using var asked = new MemoryStream();
        await context.Request.Body.CopyToAsync(asked);
        Asked = asked.ToArray();
        await Play(Next!, context);
    }

    private static async Task Play(CorpusAnswer next, HttpContext context)
    {
        var (answer, response) = (next.Answer, context.Response);
        response.StatusCode = answer.Status;
        foreach (var header in answer.Headers)
            response.Headers[header.Name] = header.Values.ToArray();
        if (!answer.Streamed)
            response.ContentLength = answer.Length;
        await response.BodyWriter.FlushAsync();
        var sent = 0L;
        foreach (var piece in next.Pieces)
        {
            if (next.Delivery is { } delivery)
                await delivery.Until(sent);
            await response.BodyWriter.WriteAsync(piece);
            sent += piece.Length;
        }

        if (answer.End == ResponseEnd.Cut)
            throw new StreamCutException("The cassette ends with a cut.");
        if (answer.End == ResponseEnd.Close)
            context.Features.Get<IConnectionLifetimeNotificationFeature>()!.RequestClose();
    }
}
