using System.Buffers;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Connector.Metering;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Protocol.Dialects.Rerank;
using RemoteLlm.Protocol.Dialects.Usage;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Connector.Relay;

/// <summary>
/// Asks for a ranking in the form that the server takes, which is found out with the first request, and gives its answer in one form for all. Both are held whole: a
/// ranking is nothing before its last score.
/// </summary>
internal sealed class RerankRelay(LlmServer server, ServerSender sender, ConnectorOptions options, TimeProvider time) : IDisposable
{
    /// <summary>Largest request and answer, bytes: 10,000 documents of 800 bytes.</summary>
    public const int MaxBody = 8 << 20;

    // Each is held up to four times over: as it came, as it goes, the answer as it comes and as it goes.
    private const int AtOnce = 8;

    private readonly SemaphoreSlim _places = new(AtOnce, AtOnce);
    private RerankWay _way = RerankWay.Usual;

    public void Dispose() => _places.Dispose();

    /// <summary>Forwards.</summary>
    /// <returns>The error to answer with; null when the answer is out.</returns>
    public async Task<ApiError?> ForwardAsync(HttpContext context, HeldBody body, Exchange exchange, ActivityClock clock)
    {
        if (body.Length > MaxBody)
            return ApiErrors.RequestTooLarge(MaxBody);
        clock.Allow(options.Llm.QueueTimeout);
        await _places.WaitAsync(clock.Token);
        try
        {
            return await RankAsync(context, body, exchange, clock);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or OperationCanceledException && !context.Response.HasStarted)
        {
            exchange.Outcome = new ForwardOutcome(ForwardStage.Send, clock.Side, exception);
            return ServerSender.Error(exchange, options.Llm.BetweenBytesTimeout);
        }
        finally
        {
            _places.Release();
        }
    }

    private async Task<ApiError?> RankAsync(HttpContext context, HeldBody body, Exchange exchange, ActivityClock clock)
    {
        var question = new ArrayBufferWriter<byte>((int)body.Length + 1);
        await body.ReadHeldAsync(piece => question.Write(piece.Span), clock.Token);
        if (RerankRequest.TryRead(question.WrittenMemory, out var wrong) is not { } request)
            return wrong;

        return await AskAsync(context, request, exchange, clock);
    }

    private async Task<ApiError?> AskAsync(HttpContext context, RerankRequest request, Exchange exchange, ActivityClock clock)
    {
        var learned = Volatile.Read(ref _way);
        RerankWay? next = learned;
        while (true)
        {
            var way = next;
            using var answer = await sender.SendAsync(() => ServerRequest.Create(context, way.Path, Content(request, way.Form), exchange, server), exchange, clock, stream: null);
            if (answer is null)
                return ServerSender.Error(exchange, options.Llm.FirstByteTimeout);
            clock.Allow(options.Llm.BetweenBytesTimeout);
            if (answer.IsSuccessStatusCode && !FailedAnswer.MayBe(answer, exchange.Endpoint))
                return await AnswerAsync(context, request, answer, exchange, clock, way);

            var failed = await FailedAnswer.ReadAsync(answer, clock.Token);
            var error = failed.Read(exchange, inBand: false, out var lacksEndpoint);
            next = Next(way, failed, lacksEndpoint);
            // What was learned may be true no more, or of another model.
            if (next is null && way == learned && learned != RerankWay.Usual && (int)failed.Status is 400 or 404 or 405 or 422)
                (next, learned) = (RerankWay.Usual, RerankWay.Usual);
            if (next is not null)
                continue;
            if (error is null && answer.IsSuccessStatusCode)
                return await WriteAsync(context, request, failed.Body, exchange, way);
            exchange.Outcome = new ForwardOutcome(ForwardStage.Send, ForwardSide.Upstream, null);
            if (error is null)
                exchange.Outcome = await failed.PassAsync(context, new AnswerMeter(exchange, time, stream: null, isJson: false), clock, options.Llm.BetweenBytesTimeout, options.TunnelWriteTimeout);
            return error;
        }
    }

    private static RerankWay? Next(RerankWay way, FailedAnswer failed, bool lacksEndpoint) =>
        way == RerankWay.Usual && lacksEndpoint ? RerankWay.WithoutVersion
        : way.Form == RerankForm.Standard && RerankFailure.WantsTexts((int)failed.Status, failed.Body.Span) ? RerankWay.Texts
        : null;

    private async Task<ApiError?> AnswerAsync(HttpContext context, RerankRequest request, HttpResponseMessage answer, Exchange exchange, ActivityClock clock, RerankWay way)
    {
        var held = new ArrayBufferWriter<byte>();
        await using var source = await answer.Content.ReadAsStreamAsync(clock.Token);
        while (held.WrittenCount <= MaxBody)
        {
            var read = await source.ReadAsync(held.GetMemory(16 * 1024), clock.Token);
            if (read == 0)
                return await WriteAsync(context, request, held.WrittenMemory, exchange, way);
            clock.Allow(options.Llm.BetweenBytesTimeout);
            held.Advance(read);
        }

        exchange.Outcome = new ForwardOutcome(ForwardStage.Send, ForwardSide.Upstream, null);
        return ApiErrors.UpstreamUnreadable();
    }

    private async Task<ApiError?> WriteAsync(HttpContext context, RerankRequest request, ReadOnlyMemory<byte> answer, Exchange exchange, RerankWay way)
    {
        var output = new ArrayBufferWriter<byte>(answer.Length + 256);
        if (!RerankAnswer.TryWrite(request, answer.Span, $"rerank-{exchange.BillingId}", output, out var usage, request.PromptBytes / 4))
        {
            exchange.Outcome = new ForwardOutcome(ForwardStage.Send, ForwardSide.Upstream, null);
            return ApiErrors.UpstreamUnreadable();
        }

        Volatile.Write(ref _way, way);
        exchange.Bytes = output.WrittenCount;
        exchange.Usage = new TokenUsage(usage.PromptTokens, 0, 0);
        context.Response.ContentType = ApiErrorWriter.ContentType;
        context.Response.ContentLength = output.WrittenCount;
        AnswerRelay.Report(context, exchange);
        await context.Response.BodyWriter.WriteAsync(output.WrittenMemory, context.RequestAborted);
        exchange.Outcome = ForwardOutcome.Done;
        return null;
    }

    private static ReadOnlyMemoryContent Content(RerankRequest request, RerankForm form)
    {
        var bytes = new ArrayBufferWriter<byte>();
        request.WriteFor(form, bytes);
        return new ReadOnlyMemoryContent(bytes.WrittenMemory);
    }
}
