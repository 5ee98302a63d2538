using System.Buffers;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Connectors;
using RemoteLlm.Broker.Observability;
using RemoteLlm.Broker.Routing;
using RemoteLlm.Hosting.Answers;
using RemoteLlm.Hosting.Draining;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Protocol.Dialects.Requests;
using RemoteLlm.Tunnel.Forwarding;
using RemoteLlm.Tunnel.Http2;

namespace RemoteLlm.Broker.Api;

/// <summary>One relayed request, from the client's first byte to its last: check the key, learn the model, pick a connector, forward.</summary>
internal sealed class RelayHandler(
    EdgeAccess access, ModelRouter router, AnswerRelay answers, InFlightRequests inFlight, RequestLog log, BrokerOptions options, TimeProvider time)
{
    // Held in memory while the model is looked for; larger bodies stream through behind this, or wait in a file where the model comes last.
    private const int MemoryLimit = 256 * 1024;

    // A connector that is gone is noticed in seconds; a client that comes back sooner only adds load.
    private static readonly TimeSpan s_offlineRetry = TimeSpan.FromSeconds(5);

    private const int MaxAttempts = 3;

    public async Task HandleAsync(HttpContext context, ApiEndpoint endpoint)
    {
        using var counted = inFlight.Enter();
        var billingId = $"req_{Guid.CreateVersion7():N}";
        var exchange = new Exchange(endpoint, RequestLabel.Of(context.Request, billingId), billingId, time.GetTimestamp());
        context.Response.Headers[RequestLabel.Header] = exchange.Label;
        try
        {
            exchange.Error = await ServeAsync(context, exchange);
            if (exchange.Error is { } error && !context.Response.HasStarted)
                await RefuseAsync(context, exchange, error);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or BadHttpRequestException && !context.Response.HasStarted)
        {
            // The client left, or its body broke off, before there was an answer.
            exchange.Outcome = new ForwardOutcome(ForwardStage.Send, ForwardSide.Client, exception);
            context.Abort();
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            log.Failed(exchange, exception);
            context.Response.Clear();
            exchange.Error = ApiErrors.Internal();
            await RefuseAsync(context, exchange, exchange.Error);
        }
        finally
        {
            exchange.Status = context.Response.StatusCode;
            log.Finished(exchange);
        }
    }

    private async Task<ApiError?> ServeAsync(HttpContext context, Exchange exchange)
    {
        if (inFlight.Draining)
            return ApiErrors.ConnectorOffline(s_offlineRetry);
        if (EdgeHeaders.TooLarge(context.Request.Headers))
            return ApiErrors.RequestHeadersTooLarge(EdgeHeaders.MaxTotal);
        var refusal = access.Admit(context, out var key, out var revision);
        (exchange.Key, exchange.RosterRevision) = (key, revision);
        if (refusal is not null)
            return refusal;
        if (context.Request.ContentLength > options.MaxBody)
        {
            LetUploadEnd(context);
            return ApiErrors.RequestTooLarge(options.MaxBody);
        }

        await using var body = new HeldBody(context.Request.BodyReader, context.Request.ContentLength, MemoryLimit);
        try
        {
            if (await ReadModelAsync(context, body, exchange) is { } fault)
                return fault;
            return await ForwardAsync(context, body, exchange);
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return ApiErrors.RequestTooLarge(options.MaxBody);
        }
    }

    private static async Task<ApiError?> ReadModelAsync(HttpContext context, HeldBody body, Exchange exchange)
    {
        var scanner = new RequestScanner();
        var bounded = context.Request.ContentLength <= MemoryLimit;
        // A body that fits is read whole: then it is known to be JSON, and it can be sent again if a connector fails.
        await body.ReadAsync(
            piece => scanner.Scan(piece) switch
            {
                RequestScanState.Malformed => false,
                RequestScanState.ModelKnown => bounded || body.Length + piece.Length < MemoryLimit / 4,
                _ => true,
            },
            context.RequestAborted);
        if (body.IsComplete)
            scanner.Finish();
        if (scanner.Fault is { } fault)
            return ApiErrors.InvalidBody(fault);
        exchange.Model = scanner.Model;
        return exchange.Model is null ? ApiErrors.MissingModel() : null;
    }

    private async Task<ApiError?> ForwardAsync(HttpContext context, HeldBody body, Exchange exchange)
    {
        var (model, key) = (exchange.Model!, exchange.Key!);
        var candidates = router.Candidates(model);
        if (!key.Allows(model))
            return ApiErrors.ModelNotAllowed(model);
        if (candidates.Count == 0)
        {
            return router.MayReturn(model)
                ? ApiErrors.ConnectorOffline(s_offlineRetry)
                : ApiErrors.ModelNotFound(model, router.Visible(key.Models).Select(known => known.Id));
        }

        foreach (var session in candidates.Take(MaxAttempts))
        {
            if (session.PickChannel() is not { } channel)
                continue;
            exchange.Attempts++;
            exchange.Connector = session.ConnectorId;
            channel.Enter();
            try
            {
                exchange.Outcome = await SendAsync(context, body, exchange, session, channel);
            }
            finally
            {
                channel.Leave();
            }

            // Another one may try only while the client has nothing and the whole body is held.
            if (exchange.Outcome is not { Stage: ForwardStage.Send, Side: ForwardSide.Upstream } || !body.IsComplete)
                break;
        }

        return exchange.Outcome is { Stage: ForwardStage.Send, Side: not ForwardSide.Client } ? ApiErrors.ConnectorOffline(s_offlineRetry) : null;
    }

    private async Task<ForwardOutcome> SendAsync(HttpContext context, HeldBody body, Exchange exchange, ConnectorSession session, ChannelClient channel)
    {
        using var clock = new ActivityClock(time, context.RequestAborted);
        using var request = Request(context, body, exchange, session);
        HttpResponseMessage response;
        try
        {
            response = await channel.SendAsync(request, clock.Token);
        }
        // All of them: what the HTTP/2 client makes of a connector's nonsense comes in many types.
        catch (Exception exception)
        {
            if (exception.InnerException is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } tooLarge)
                throw tooLarge;
            return new ForwardOutcome(ForwardStage.Send, clock.ClientGone ? ForwardSide.Client : ForwardSide.Upstream, exception);
        }

        using (response)
            return await answers.RelayAsync(context, response, exchange, clock);
    }

    private static HttpRequestMessage Request(HttpContext context, HeldBody body, Exchange exchange, ConnectorSession session)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(ChannelClient.Authority, exchange.Endpoint.Path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = body.CreateContent(),
        };
        ForwardHeaders.CopyRequest(context.Request.Headers, request, EdgeHeaders.DropRequest);
        var credential = DerivedCredential.Derive(exchange.Key!.Digest, session.ConnectorId);
        request.Headers.TryAddWithoutValidation(TunnelHeaders.Credential, DerivedCredential.Format(credential));
        request.Headers.TryAddWithoutValidation(TunnelHeaders.BillingId, exchange.BillingId);
        request.Headers.TryAddWithoutValidation(TunnelHeaders.RosterRevision, exchange.RosterRevision.ToString(System.Globalization.CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation(RequestLabel.Header, exchange.Label);
        return request;
    }

    // Over HTTP/1.1 Kestrel reads on for some seconds behind an early answer, but not where the length is above its limit: it closes, and the
    // client, still sending, is reset before it has read why.
    private static void LetUploadEnd(HttpContext context)
    {
        if (HttpProtocol.IsHttp11(context.Request.Protocol) && context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
    }

    private static async Task RefuseAsync(HttpContext context, Exchange exchange, ApiError error)
    {
        await ErrorAnswer.WriteAsync(context.Response, exchange.Endpoint.Dialect, error, exchange.Label);
        await UnreadBody.DiscardAsync(context);
    }
}
