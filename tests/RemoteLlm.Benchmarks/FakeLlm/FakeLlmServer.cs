using System.IO.Pipelines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RemoteLlm.Benchmarks.FakeLlm;

/// <summary>An LLM server that thinks of nothing: it answers at once, with as many chunks and at such a pace as the request says.</summary>
internal static class FakeLlmServer
{
    /// <summary>The one model it has.</summary>
    public const string Model = "bench";

    private static readonly byte[] Models = """{"object":"list","data":[{"id":"bench","object":"model","created":1700000000,"owned_by":"bench"}]}"""u8.ToArray();

    private static readonly byte[] Completion = """
        {"id":"chatcmpl-000000000000000000000000","object":"chat.completion","created":1700000000,"model":"bench","choices":[{"index":0,"message":{"role":"assistant","content":"Because of Rayleigh scattering."},"finish_reason":"stop"}],"usage":{"prompt_tokens":24,"completion_tokens":7,"total_tokens":31}}
        """u8.ToArray();

    /// <summary>Serves on a free loopback port, printed as the first line, until standard input ends.</summary>
    public static async Task<int> Run(CancellationToken cancellationToken)
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

    private static async Task Answer(HttpContext context)
    {
        switch (context.Request.Path.Value)
        {
            case "/v1/models":
                await AnswerWith(context.Response, Models);
                break;
            case "/v1/chat/completions":
                var request = await ReadRequest(context.Request.BodyReader, context.RequestAborted);
                await (request.Stream ? Stream(context, request) : request.AnswerBytes > 0 ? AnswerAtLength(context, request.AnswerBytes) : AnswerWith(context.Response, Completion));
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    private static async Task<ChatRequest> ReadRequest(PipeReader body, CancellationToken cancellationToken)
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
    private static async Task Stream(HttpContext context, ChatRequest request)
    {
        context.Response.ContentType = "text/event-stream";
        var output = context.Response.Body;
        var chunk = new byte[ChatChunk.Length];
        using var pace = new Pace(request.GapMicroseconds);
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
