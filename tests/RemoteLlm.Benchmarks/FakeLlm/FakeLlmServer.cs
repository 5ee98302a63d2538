using System.IO.Pipelines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RemoteLlm.Benchmarks.FakeLlm;

/// <summary>An LLM server that thinks of nothing: it answers at once or when the request says, with as many chunks and at such a pace as the request says.</summary>
/// <param name="slowness">By how much its thinking and its chunks take longer than the request says.</param>
internal sealed class FakeLlmServer(double slowness)
{
    /// <summary>The one model it has.</summary>
    public const string Model = "bench";

    /// <summary>Serves on a free loopback port, printed as the first line, until standard input ends.</summary>
    public async Task<int> Run(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.Run(Answer);
        await app.StartAsync(cancellationToken);
        Console.WriteLine(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        await Console.In.ReadToEndAsync(cancellationToken);
        return 0;
    }

    private async Task Answer(HttpContext context)
    {
        switch (context.Request.Path.Value)
        {
            case "/v1/models":
                await AnswerWith(context.Response, WholeAnswers.Models);
                break;
            case "/v1/chat/completions":
                var request = await ReadRequest(context);
                await (request.Stream ? Stream(context, request) : request.AnswerBytes > 0 ? AnswerAtLength(context, request.AnswerBytes) : AnswerWith(context.Response, WholeAnswers.Completion));
                break;
            case "/v1/embeddings":
                await ReadRequest(context);
                await AnswerWith(context.Response, WholeAnswers.Embedding);
                break;
            case "/v1/rerank":
                await ReadRequest(context);
                await AnswerWith(context.Response, WholeAnswers.Ranking);
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    /// <summary>Reads what is asked, and thinks about it.</summary>
    private async Task<ChatRequest> ReadRequest(HttpContext context)
    {
        var request = await ReadBody(context.Request.BodyReader, context.RequestAborted);
        if (request.ThinkMilliseconds > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(request.ThinkMilliseconds * slowness), TimeProvider.System, context.RequestAborted);
        return request;
    }

    private static async Task<ChatRequest> ReadBody(PipeReader body, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken);
            if (read.IsCompleted)
            {
                var request = ChatRequest.Parse(read.Buffer);
                body.AdvanceTo(read.Buffer.End);
                return request;
            }

            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static async Task AnswerWith(HttpResponse response, byte[] json)
    {
        response.ContentType = "application/json";
        response.ContentLength = json.Length;
        await response.Body.WriteAsync(json);
    }

    /// <summary>White space of the given length: nobody looks into it.</summary>
    private static async Task AnswerAtLength(HttpContext context, int length)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = length;
        var blank = new byte[64 * 1024];
        blank.AsSpan().Fill((byte)' ');
        for (var rest = length; rest > 0; rest -= Math.Min(rest, blank.Length))
            await context.Response.Body.WriteAsync(blank.AsMemory(0, Math.Min(rest, blank.Length)), context.RequestAborted);
    }

    /// <summary>
    /// Writes and flushes each chunk as servers usually do. Written straight into the pipe they would come three times as fast, but in pieces
    /// of 64 KiB: a measure of copying, no longer one of chunks.
    /// </summary>
    private async Task Stream(HttpContext context, ChatRequest request)
    {
        context.Response.ContentType = "text/event-stream";
        var output = context.Response.Body;
        var chunk = new byte[ChatChunk.Length];
        using var pace = new Pace((int)(request.GapMicroseconds * slowness));
        for (var sent = 0; sent < request.Chunks; sent++)
        {
            await pace.WaitFor(sent, context.RequestAborted);
            ChatChunk.Write(chunk, sent);
            await output.WriteAsync(chunk, context.RequestAborted);
            await output.FlushAsync(context.RequestAborted);
        }

        await output.WriteAsync(ChatChunk.Done.ToArray(), context.RequestAborted);
    }
}
