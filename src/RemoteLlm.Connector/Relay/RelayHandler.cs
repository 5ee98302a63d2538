using Microsoft.AspNetCore.Http;
using RemoteLlm.Connector.Access;
using RemoteLlm.Connector.Limits;
using RemoteLlm.Connector.Metering;
using RemoteLlm.Connector.Observability.Events;
using RemoteLlm.Connector.Routing;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Connector.Usage;
using RemoteLlm.Hosting.Answers;
using RemoteLlm.Hosting.Draining;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Conversations;
using RemoteLlm.Protocol.Dialects;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Protocol.Dialects.Requests;
using RemoteLlm.Protocol.Dialects.Streams;
using RemoteLlm.Protocol.Dialects.Usage;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Connector.Relay;

/// <summary>One request out of the tunnel: check the key, take from the limit, read the body whole, forward to the LLM server.</summary>
internal sealed class RelayHandler(
    ICallerCheck access, UserAccounts accounts, TokenNeeds needs, AnswerLengths answers, ServerRegistry registry, ServerForwarder forwarder, InFlightRequests inFlight, BodySpool spool, RelayEvents events, UsageKeeper usage,
    ConnectorOptions options, TimeProvider time)
{
    // DESIGN.md, rules of the tunnel: a body that waits unread blocks its channel, so it is read at once; beyond this into a file.
    private const int MemoryLimit = 1024 * 1024;

    // Others finish their uploads meanwhile; a full disk needs its operator.
    private static readonly TimeSpan s_spoolRetry = TimeSpan.FromSeconds(10);

    public async Task HandleAsync(HttpContext context)
    {
        if (HttpMethods.IsGet(context.Request.Method) && context.Request.Path == TunnelHeaders.WarmUpPath)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        // What does not match exactly is not served: no path of a client's making ever reaches an LLM server.
        if (ApiEndpoints.Find(context.Request.Path.Value) is not { } endpoint || context.Request.Method != endpoint.Method)
        {
            var label = RequestLabel.Of(context.Request, "unknown");
            await ErrorAnswer.WriteAsync(context.Response, Dialect.OpenAi, ApiErrors.EndpointNotServed(context.Request.Method, context.Request.Path), label);
            await UnreadBody.DiscardAsync(context);
            return;
        }

        await RelayAsync(context, endpoint);
    }

    private async Task RelayAsync(HttpContext context, ApiEndpoint endpoint)
    {
        using var counted = inFlight.Enter();
        var billingId = context.Request.Headers[TunnelHeaders.BillingId].ToString();
        var exchange = new Exchange(endpoint, RequestLabel.Of(context.Request, billingId), billingId, time.GetTimestamp())
        {
            BillingProof = context.Request.Headers.TryGetValue(TunnelHeaders.BillingProof, out var proof) ? proof.ToString() : null,
            BillingKey = context.Request.Headers.TryGetValue(TunnelHeaders.BillingKey, out var key) ? key.ToString() : null,
        };
        events.Started(exchange);
        RequestLabel.Write(context.Response.Headers, endpoint.Dialect, exchange.Label);
        try
        {
            exchange.Error = await ServeAsync(context, exchange);
            // Before its answer is out: a client that asks again at once must not find itself still running.
            Settle(exchange);
            if (exchange.Error is { } error && !context.Response.HasStarted)
            {
                await ErrorAnswer.WriteAsync(context.Response, endpoint.Dialect, error, exchange.Label);
                await UnreadBody.DiscardAsync(context);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or BadHttpRequestException && !context.Response.HasStarted)
        {
            exchange.Outcome = new ForwardOutcome(ForwardStage.Send, ForwardSide.Client, exception);
            context.Abort();
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            exchange.Defect = exception;
            context.Response.Clear();
            exchange.Error = ApiErrors.Internal();
            await ErrorAnswer.WriteAsync(context.Response, endpoint.Dialect, exchange.Error, exchange.Label);
            await UnreadBody.DiscardAsync(context);
        }
        catch (Exception exception)
        {
            // The answer has begun: whatever it was, its reader must not take what came for whole.
            if (exception is not (OperationCanceledException or IOException))
                exchange.Defect = exception;
            if (exchange.Outcome.IsDone || exchange.Outcome.Side == ForwardSide.None)
                exchange.Outcome = new ForwardOutcome(ForwardStage.Body, context.RequestAborted.IsCancellationRequested ? ForwardSide.Client : ForwardSide.None, exception);
            context.Abort();
        }
        finally
        {
            Settle(exchange);
            exchange.Status = context.Response.StatusCode;
            usage.Ended(exchange);
            events.Finished(exchange);
        }
    }

    private async Task<ApiError?> ServeAsync(HttpContext context, Exchange exchange)
    {
        var (entry, refusal) = await access.CheckAsync(context.Request, context.RequestAborted);
        exchange.Caller = entry;
        if (refusal is not null)
            return refusal;
        if (exchange.Endpoint.Role == EndpointRole.Management && !(entry!.IsOperator && registry.Current.Servers.Any(static server => server.Entry.AllowModelManagement)))
            return ApiErrors.ManagementNotAllowed(exchange.Endpoint.Path);
        exchange.Admission = accounts.Of(entry!).Enter(entry!, out var limited, out var figures);
        RateLimitHeaders.Write(context.Response.Headers, exchange.Endpoint.Dialect, figures, time.GetUtcNow());
        if (limited is not null)
            return limited;

        if (context.Request.ContentLength > options.MaxBody)
            return ApiErrors.RequestTooLarge(options.MaxBody);

        await using var body = new HeldBody(context.Request.BodyReader, context.Request.ContentLength, MemoryLimit, options.MaxBody, spool);
        try
        {
            if (await ReadBodyAsync(context, body, exchange) is { } fault)
                return fault;
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return ApiErrors.RequestTooLarge(options.MaxBody);
        }
        catch (BodySpoolException exception)
        {
            exchange.Outcome = new ForwardOutcome(ForwardStage.Send, ForwardSide.None, exception.InnerException ?? exception);
            return ApiErrors.BodyStorageFull(s_spoolRetry);
        }

        return Refuse(entry!, exchange) ?? Reserve(context, exchange) ?? await forwarder.ForwardAsync(context, body, exchange);
    }

    private ApiError? Reserve(HttpContext context, Exchange exchange)
    {
        var (entry, admission) = (exchange.Caller!, exchange.Admission!);
        var refusal = admission.Reserve(entry, needs.Of(exchange, entry), out var figures);
        RateLimitHeaders.Write(context.Response.Headers, exchange.Endpoint.Dialect, figures, time.GetUtcNow());
        return refusal;
    }

    // Whatever came of it, and once.
    private void Settle(Exchange exchange)
    {
        if (exchange.Admission is not { IsOver: false } admission)
            return;
        // What makes no sense is a request all the same, and so is one whose client left before it was whole; what was refused for a limit is none.
        if (!admission.IsReserved && (exchange.Error is null or { Status: < 500 and not 429 }))
            admission.CountRequest();
        // A client that left while a server read its prompt has had that, for all that can be known.
        if (exchange is { Usage: { PromptTokens: 0, CompletionTokens: 0 }, Sent: not null, PromptTokens: { } prompt, ErrorCode: Exchange.ClientGone })
            (exchange.Usage, exchange.UsageEstimated) = (new TokenUsage(prompt, 0, 0), true);
        var used = exchange.Usage;
        admission.Settle(used.PromptTokens + used.CompletionTokens, exchange.Cost ?? 0, exchange.GoesToLedger);
        if (exchange is { Outcome.IsDone: true, Model: { } model } && exchange.Endpoint.Stream != StreamFormat.None && used.CompletionTokens > 0)
            answers.Observe(model, used.CompletionTokens / ((exchange.Scan as RequestScanner)?.Choices ?? 1));
    }

    // Local servers take any name and answer with what they have loaded: the name is checked here. What is to be installed is not there yet.
    private ApiError? Refuse(RosterEntry entry, Exchange exchange)
    {
        var model = exchange.Model;
        if (model is null)
            return exchange.Endpoint.Role == EndpointRole.Management ? null : ApiErrors.MissingModel();
        if (!entry.Allows(model))
            return ApiErrors.ModelNotAllowed(model);
        return exchange.Endpoint.Role == EndpointRole.Management || RouteFinder.Knows(registry.Current, model) ? null : ApiErrors.ModelNotFound(model, []);
    }

    private async Task<ApiError?> ReadBodyAsync(HttpContext context, HeldBody body, Exchange exchange)
    {
        var endpoint = exchange.Endpoint;
        exchange.Watched = registry.Current.Watched;
        var json = endpoint.Request == RequestFormat.Json ? new RequestScanner(seekFirstMessage: registry.Current.Servers.Count > 1, seekBillingBlock: endpoint.Dialect == Dialect.Anthropic, modelAlias: endpoint.ModelAlias, exchange.Watched) : null;
        IRequestScanner? scanner = json ?? (IRequestScanner?)MultipartScanner.ForContentType(context.Request.ContentType);
        if (scanner is null)
            return ApiErrors.NotMultipart();
        var prompt = json is null || endpoint.Role == EndpointRole.Management ? null : new PromptEstimate();
        await body.ReadAsync(
            piece =>
            {
                foreach (var part in piece)
                    prompt?.Observe(part.Span);
                return scanner.Scan(piece) != RequestScanState.Malformed;
            },
            context.RequestAborted);
        if (body.IsComplete)
            scanner.Finish();
        if (scanner.Fault is { } fault)
            return ApiErrors.InvalidBody(fault);
        (exchange.Scan, exchange.Model, exchange.Prompt) = (scanner, scanner.Model, prompt?.Features);
        exchange.Streams = endpoint.Streams(scanner.Stream);
        exchange.BillingBlock = json?.BillingBlock;
        (exchange.CacheKey, exchange.FirstMessage) = (json?.PromptCacheKey, ConversationKeys.Part(json?.FirstMessage));
        if (exchange.Streams && endpoint.Stream == StreamFormat.ChatEvents)
            exchange.UsageRequest = json?.UsageRequest;
        return null;
    }
}
