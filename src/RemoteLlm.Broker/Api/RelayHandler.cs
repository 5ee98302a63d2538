using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Observability;
using RemoteLlm.Broker.Observability.Requests;
using RemoteLlm.Broker.Routing;
using RemoteLlm.Hosting.Answers;
using RemoteLlm.Hosting.Draining;
using RemoteLlm.Hosting.Edge;
using RemoteLlm.Protocol.Conversations;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Protocol.Dialects.Requests;
using RemoteLlm.Protocol.Dialects.Streams;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Broker.Api;

/// <summary>One relayed request, from the client's first byte to its last: check the key, learn the model, forward; one answer and one log line, whatever happens.</summary>
internal sealed class RelayHandler(
    EdgeAccess access, ConnectorForwarder forwarder, ConversationMemory conversations, InFlightRequests inFlight, BodySpool spool, LiveRequests live, RequestLog log, BrokerOptions options, TimeProvider time)
{
    // Held in memory while the model is looked for; larger bodies stream through behind this, or wait in a file where the model comes last.
    private const int MemoryLimit = 256 * 1024;

    // Others finish their uploads meanwhile; a full disk needs its operator.
    private static readonly TimeSpan s_spoolRetry = TimeSpan.FromSeconds(10);

    public async Task HandleAsync(HttpContext context, ApiEndpoint endpoint)
    {
        using var counted = inFlight.Enter();
        var exchange = Exchange.Begin(context.Request, endpoint, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, exchange.Cancelled);
        exchange.Ending = ending.Token;
        try
        {
            exchange.Error = await ServeAsync(context, exchange);
            if (exchange.Error is { } error && !context.Response.HasStarted)
                await RefuseAsync(context, exchange, error);
        }
        catch (OperationCanceledException) when (exchange.IsCancelled && !context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            exchange.Error = ApiErrors.RequestCancelled();
            await RefuseAsync(context, exchange, exchange.Error);
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
            return ApiErrors.ConnectorOffline(ConnectorForwarder.OfflineRetry);
        if (EdgeHeaders.TooLarge(context.Request.Headers))
            return ApiErrors.RequestHeadersTooLarge(EdgeHeaders.MaxTotal);
        var refusal = access.Admit(context, out var key, out var revision);
        (exchange.Key, exchange.RosterRevision) = (key, revision);
        if ((refusal ?? ClassHeader.Check(context.Request.Headers)) is { } refused)
            return refused;
        live.Begin(exchange);
        if (exchange.Endpoint.Role == EndpointRole.Management && !forwarder.MayManage(exchange))
            return ApiErrors.ManagementNotAllowed(exchange.Endpoint.Path);
        if (context.Request.ContentLength > options.MaxBody)
        {
            LetUploadEnd(context);
            return ApiErrors.RequestTooLarge(options.MaxBody);
        }

        await using var body = new HeldBody(context.Request.BodyReader, context.Request.ContentLength, MemoryLimit, spool: spool);
        try
        {
            if (await ReadModelAsync(context, body, exchange) is { } fault)
                return fault;
            exchange.PreferredConnector = exchange.Conversation is { } conversation ? conversations.Find(conversation) : null;
            return await forwarder.ForwardAsync(context, body, exchange);
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return ApiErrors.RequestTooLarge(options.MaxBody);
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status400BadRequest && !context.RequestAborted.IsCancellationRequested)
        {
            // Where the next request would begin nobody knows.
            if (HttpProtocol.IsHttp11(context.Request.Protocol))
                context.Response.Headers.Connection = "close";
            return ApiErrors.BrokenBody();
        }
        catch (BodySpoolException exception)
        {
            exchange.Outcome = new ForwardOutcome(ForwardStage.Send, ForwardSide.None, exception.InnerException ?? exception);
            return ApiErrors.BodyStorageFull(s_spoolRetry);
        }
    }

    private static async Task<ApiError?> ReadModelAsync(HttpContext context, HeldBody body, Exchange exchange)
    {
        var endpoint = exchange.Endpoint;
        var json = endpoint.Request == RequestFormat.Json ? new RequestScanner(seekFirstMessage: Converses(endpoint), modelAlias: endpoint.ModelAlias) : null;
        IRequestScanner? scanner = json ?? (IRequestScanner?)MultipartScanner.ForContentType(context.Request.ContentType);
        if (scanner is null)
            return ApiErrors.NotMultipart();
        var bounded = context.Request.ContentLength <= MemoryLimit;
        // A body that fits is read whole: then it is known to be JSON, and it can be sent again if a connector fails.
        await body.ReadAsync(
            piece => scanner.Scan(piece) switch
            {
                RequestScanState.Malformed => false,
                RequestScanState.ModelKnown => bounded || body.Length + piece.Length < MemoryLimit / 4,
                _ => true,
            },
            exchange.Ending);
        if (body.IsComplete)
            scanner.Finish();
        if (scanner.Fault is { } fault)
            return ApiErrors.InvalidBody(fault);
        exchange.Model = scanner.Model;
        if (exchange.Model is null && endpoint.Role != EndpointRole.Management)
            return ApiErrors.MissingModel();
        if (json is not null && Converses(endpoint))
            exchange.Conversation = ConversationKeys.Of(exchange.Key!.User, json.Model, name => context.Request.Headers[name], json.PromptCacheKey, FirstMessage(json, body.Memory.Span));
        return null;
    }

    private static ReadOnlySpan<byte> FirstMessage(RequestScanner scan, ReadOnlySpan<byte> body) =>
        ConversationKeys.Part(scan.FirstMessage) is var (start, end) && end <= body.Length ? body[(int)start..(int)end] : default;

    // What has a prompt that grows from one request to the next.
    private static bool Converses(ApiEndpoint endpoint) =>
        endpoint.Stream is StreamFormat.ChatEvents or StreamFormat.ResponseEvents or StreamFormat.MessageEvents or StreamFormat.ChatLines or StreamFormat.GenerateLines;

    // Over HTTP/1.1 Kestrel reads on for some seconds behind an early answer, but not where the length is above its limit: it closes, and the
    // client, still sending, is reset before it has read why.
    private static void LetUploadEnd(HttpContext context)
    {
        if (HttpProtocol.IsHttp11(context.Request.Protocol) && context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
    }

    private async Task RefuseAsync(HttpContext context, Exchange exchange, ApiError error)
    {
        AnswerHeaders.Write(context.Response, exchange, time);
        await ErrorAnswer.WriteAsync(context.Response, exchange.Endpoint.Dialect, error, exchange.Label);
        await UnreadBody.DiscardAsync(context);
    }
}
