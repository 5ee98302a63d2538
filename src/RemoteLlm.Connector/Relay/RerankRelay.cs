using System.Buffers;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Connector.Metering;
using RemoteLlm.Connector.Scheduling;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Protocol.Dialects.Rerank;
using RemoteLlm.Protocol.Dialects.Usage;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Connector.Relay;

/// <summary>
/// Asks for a ranking in the form that the server takes, which is found out with the first request, and gives its answer in one form for all. Both are held whole: a
/// ranking is nothing before its last score.
/// </summary>
internal sealed class RerankRelay(ConnectorOptions options, TimeProvider time) : IDisposable
{
    /// <summary>Largest request and answer, bytes: 10,000 documents of 800 bytes.</summary>
    public const int MaxBody = 8 << 20;

    // Each is held up to four times over: as it came, as it goes, the answer as it comes and as it goes. Of those up to a few hundred documents, the servers' slots let in no more than there is memory for.
    private const int LargeBody = 256 << 10;
    private const int LargeAtOnce = 8;

    private readonly SemaphoreSlim _places = new(LargeAtOnce, LargeAtOnce);

    public void Dispose() => _places.Dispose();

    /// <summary>Asks a server.</summary>
    public async Task<Attempt> AskAsync(HttpContext context, HeldBody body, Exchange exchange, ServerRoute route, ActivityClock clock)
    {
        if (body.Length > MaxBody)
            return Attempt.Failed(ServerFailure.Rejected, ApiErrors.RequestTooLarge(MaxBody));
        var isLarge = body.Length > LargeBody;
        if (isLarge && !await TakePlaceAsync(route, exchange, clock))
            return Attempt.Failed(ServerFailure.None, clock.Withdrawn ? ApiErrors.KeyBlocked() : clock.Expired ? ApiErrors.QueueTimeout(route.Server.Entry.Clocks.Queue) : null);
        try
        {
            var question = new ArrayBufferWriter<byte>((int)body.Length + 1);
            await body.ReadHeldAsync(piece => question.Write(piece.Span), clock.Token);
            return RerankRequest.TryRead(question.WrittenMemory, out var wrong) is { } request
                ? await AskAsync(context, request, exchange, route, clock)
                : Attempt.Failed(ServerFailure.Rejected, wrong);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or OperationCanceledException)
        {
            exchange.Outcome = new ForwardOutcome(ForwardStage.Send, clock.Side, exception);
            return ServerSender.NoAnswer(exchange, route.Server.Entry.Clocks.Idle);
        }
        finally
        {
            if (isLarge)
                _places.Release();
        }
    }

    private async Task<Attempt> AskAsync(HttpContext context, RerankRequest request, Exchange exchange, ServerRoute route, ActivityClock clock)
    {
        var (server, clocks) = (route.Server, route.Server.Entry.Clocks);
        var learned = server.Habits.RerankWay;
        RerankWay? next = learned;
        while (true)
        {
            var way = next;
            var answer = await ServerSender.SendAsync(server, () => ServerRequest.Create(context, way.Path, Content(request, way.Form, route, exchange), exchange, route), exchange, clock, stream: null);
            if (answer is null)
                return ServerSender.NoAnswer(exchange, clocks.FirstByte);
            clock.Allow(clocks.Idle);
            if (answer.IsSuccessStatusCode && !FailedAnswer.MayBe(answer, exchange.Endpoint))
            {
                using (answer)
                    return Rank(context, request, await ReadAsync(answer, clock, clocks.Idle), exchange, server, way);
            }

            var failed = await ReadFailedAsync(answer, clock);
            var (failure, error) = failed.Read(exchange, inBand: false);
            next = Next(way, failed, failure);
            // What was learned may be true no more, or of another model.
            if (next is null && way == learned && learned != RerankWay.Usual && (int)failed.Status is 400 or 404 or 405 or 422)
                (next, learned) = (RerankWay.Usual, RerankWay.Usual);
            if (next is null)
                return Failed(context, request, answer, failed, failure, error, exchange, route, way, clock);
            answer.Dispose();
        }
    }

    private async Task<bool> TakePlaceAsync(ServerRoute route, Exchange exchange, ActivityClock clock)
    {
        clock.Allow(route.Server.Entry.Clocks.Queue);
        try
        {
            await _places.WaitAsync(clock.Token);
            return true;
        }
        catch (OperationCanceledException exception)
        {
            exchange.Outcome = new ForwardOutcome(ForwardStage.Send, clock.Expired || clock.Withdrawn ? ForwardSide.None : ForwardSide.Client, exception);
            return false;
        }
    }

    private static async Task<FailedAnswer> ReadFailedAsync(HttpResponseMessage answer, ActivityClock clock)
    {
        try
        {
            return await FailedAnswer.ReadAsync(answer, clock.Token);
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    private static RerankWay? Next(RerankWay way, FailedAnswer failed, ServerFailure failure) =>
        way == RerankWay.Usual && failure == ServerFailure.EndpointMissing ? RerankWay.WithoutVersion
        : way.Form == RerankForm.Standard && RerankFailure.WantsTexts((int)failed.Status, failed.Body.Span) ? RerankWay.Texts
        : null;

    private Attempt Failed(
        HttpContext context, RerankRequest request, HttpResponseMessage answer, FailedAnswer failed, ServerFailure failure, ApiError? error, Exchange exchange, ServerRoute route, RerankWay way,
        ActivityClock clock)
    {
        if (error is null && answer.IsSuccessStatusCode)
        {
            using (answer)
                return Rank(context, request, failed.Body, exchange, route.Server, way);
        }

        exchange.Outcome = new ForwardOutcome(ForwardStage.Send, ForwardSide.Upstream, null);
        return new Attempt(failure, Tell, answer);

        async Task<ApiError?> Tell()
        {
            if (error is null)
                exchange.Outcome = await failed.PassAsync(context, new AnswerMeter(exchange, time, stream: null, isJson: false), clock, route.Server.Entry.Clocks.Idle, options.TunnelWriteTimeout);
            return error;
        }
    }

    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpResponseMessage answer, ActivityClock clock, TimeSpan idle)
    {
        var held = new ArrayBufferWriter<byte>();
        await using var source = await answer.Content.ReadAsStreamAsync(clock.Token);
        while (held.WrittenCount <= MaxBody)
        {
            var read = await source.ReadAsync(held.GetMemory(16 * 1024), clock.Token);
            if (read == 0)
                return held.WrittenMemory;
            clock.Allow(idle);
            held.Advance(read);
        }

        return null;
    }

    private Attempt Rank(HttpContext context, RerankRequest request, ReadOnlyMemory<byte>? answer, Exchange exchange, LlmServer server, RerankWay way)
    {
        exchange.FirstByte ??= time.GetTimestamp();
        var output = new ArrayBufferWriter<byte>((answer?.Length ?? 0) + 256);
        if (answer is null || !RerankAnswer.TryWrite(request, answer.Value.Span, $"rerank-{exchange.BillingId}", output, out var usage, request.PromptBytes / 4))
        {
            exchange.FirstByte = null;
            exchange.Outcome = new ForwardOutcome(ForwardStage.Send, ForwardSide.Upstream, null);
            return Attempt.Failed(ServerFailure.Unreadable, ApiErrors.UpstreamUnreadable());
        }

        server.Habits.RerankWay = way;
        return new Attempt(ServerFailure.None, Write);

        async Task<ApiError?> Write()
        {
            exchange.Bytes = output.WrittenCount;
            exchange.Usage = new TokenUsage(usage.PromptTokens, 0, 0);
            context.Response.ContentType = ApiErrorWriter.ContentType;
            context.Response.ContentLength = output.WrittenCount;
            AnswerRelay.Report(context, exchange);
            await context.Response.BodyWriter.WriteAsync(output.WrittenMemory, context.RequestAborted);
            exchange.Outcome = ForwardOutcome.Done;
            return null;
        }
    }

    private static ReadOnlyMemoryContent Content(RerankRequest request, RerankForm form, ServerRoute route, Exchange exchange)
    {
        var bytes = new ArrayBufferWriter<byte>();
        request.WriteFor(form, bytes, route.Model == exchange.Model ? null : route.Model);
        return new ReadOnlyMemoryContent(bytes.WrittenMemory);
    }
}
