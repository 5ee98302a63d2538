using System.Net;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Connectors;
using RemoteLlm.Broker.Routing;
using RemoteLlm.Hosting.Draining;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Tunnel.Forwarding;
using RemoteLlm.Tunnel.Http2;

namespace RemoteLlm.Broker.Api;

/// <summary>
/// Brings a request to a connector that serves its model: waits for one where there is none, and goes on to the next one while the client has nothing
/// of an answer and the whole body is held.
/// </summary>
internal sealed class ConnectorForwarder(
    ModelRouter router, TunnelRequest requests, SessionRegistry registry, LineLoss lineLoss, AnswerRelay answers, InFlightRequests inFlight, BrokerOptions options, TimeProvider time)
{
    // A connector that is gone is noticed in seconds; a client that comes back sooner only adds load.
    public static readonly TimeSpan OfflineRetry = TimeSpan.FromSeconds(5);

    // A request that fails at three places is likelier at fault itself than they are.
    private const int MaxAttempts = 3;

    // From the failure of what was on a channel to the channel's own end there are a few steps on other threads, not a wait for anybody.
    private static readonly TimeSpan s_endingTime = TimeSpan.FromSeconds(1);

    /// <summary>Forwards.</summary>
    /// <returns>The error to answer with, when nothing of an answer has gone out.</returns>
    public async Task<ApiError?> ForwardAsync(HttpContext context, HeldBody body, Exchange exchange)
    {
        var key = exchange.Key!;
        if (exchange.Model is { } named && !key.Allows(named))
            return ApiErrors.ModelNotAllowed(named);
        if (exchange.Endpoint.Role == EndpointRole.Management)
            return await ManageAsync(context, body, exchange);
        var model = exchange.Model!;

        TriedRoutes? tried = null;
        while (await RouteAsync(model, tried, exchange, exchange.Ending) is { } route)
        {
            await SendOnAsync(context, body, exchange, route, tried);
            if (exchange.Outcome is not { Stage: ForwardStage.Send, Side: ForwardSide.Upstream } || !body.IsComplete || exchange.Attempts == MaxAttempts)
                break;
            (tried ??= new TriedRoutes()).Add(route, refused: exchange.Outcome.Exception is HttpRequestException { HttpRequestError: HttpRequestError.HttpProtocolError });
        }

        if (exchange is { IsCancelled: true, Outcome: { Stage: ForwardStage.Send, Side: not ForwardSide.Client } })
            return ApiErrors.RequestCancelled();
        if (exchange.Attempts > 0)
            return exchange.Outcome is { Stage: ForwardStage.Send, Side: not ForwardSide.Client } ? ApiErrors.ConnectorOffline(OfflineRetry) : null;
        if (!inFlight.Draining && router.Pause(model) is { } pause)
            return ApiErrors.SharingPaused(pause.OpensAt, time.GetUtcNow());
        return inFlight.Draining || router.MayReturn(model)
            ? ApiErrors.ConnectorOffline(OfflineRetry)
            : ApiErrors.ModelNotFound(model, router.Visible(key.Models).Select(known => known.Id));
    }

    /// <summary>Whether a request that changes what is installed may go anywhere: its body need not be read to say no.</summary>
    public bool MayManage(Exchange exchange) => exchange.Key!.Role == UserRole.Operator && router.PickManaged(null) is not null;

    // What may have been half done is not tried elsewhere.
    private async Task<ApiError?> ManageAsync(HttpContext context, HeldBody body, Exchange exchange)
    {
        if (!MayManage(exchange) || router.PickManaged(exchange.Model) is not { } route)
            return ApiErrors.ManagementNotAllowed(exchange.Endpoint.Path);
        await SendOnAsync(context, body, exchange, route, tried: null);
        if (exchange is { IsCancelled: true, Outcome: { Stage: ForwardStage.Send, Side: not ForwardSide.Client } })
            return ApiErrors.RequestCancelled();
        return exchange.Outcome is { Stage: ForwardStage.Send, Side: not ForwardSide.Client } ? ApiErrors.ConnectorOffline(OfflineRetry) : null;
    }

    private async Task SendOnAsync(HttpContext context, HeldBody body, Exchange exchange, Route route, TriedRoutes? tried)
    {
        exchange.Attempts++;
        exchange.Connector = route.Session.ConnectorId;
        route.Channel.Enter();
        try
        {
            exchange.Outcome = await SendAsync(context, body, exchange, route, tried);
        }
        finally
        {
            route.Channel.Leave();
        }
    }

    /// <summary>Where to go now or, within the time for it, as soon as there is somewhere.</summary>
    private async Task<Route?> RouteAsync(string model, TriedRoutes? tried, Exchange exchange, CancellationToken cancellationToken)
    {
        while (true)
        {
            var changed = registry.Changed;
            var pick = router.Pick(model, tried, exchange.PreferredConnector);
            if (pick.Route is { } route)
                return route;
            var changes = pick.Ending is { } ending
                ? await EndsAsync(ending, exchange, cancellationToken)
                : !pick.Exhausted && !inFlight.Draining && router.MayReturn(model) && router.Pause(model) is null && await WaitAsync(changed, options.ConnectorWait - exchange.Waited, exchange, cancellationToken);
            if (!changes)
                return null;
        }
    }

    private async Task<bool> EndsAsync(ChannelClient channel, Exchange exchange, CancellationToken cancellationToken)
    {
        var changed = channel.Channel.LineChanged;
        return !channel.Channel.LineUp || await WaitAsync(changed, s_endingTime, exchange, cancellationToken);
    }

    private async Task<bool> WaitAsync(Task change, TimeSpan longest, Exchange exchange, CancellationToken cancellationToken)
    {
        if (longest <= TimeSpan.Zero)
            return false;
        var began = time.GetTimestamp();
        try
        {
            await change.WaitAsync(longest, time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
        finally
        {
            exchange.Waited += time.GetElapsedTime(began);
        }
    }

    private async Task<ForwardOutcome> SendAsync(HttpContext context, HeldBody body, Exchange exchange, Route route, TriedRoutes? tried)
    {
        using var clock = new ActivityClock(time, context.RequestAborted);
        await using var cancelling = exchange.Cancelled.UnsafeRegister(static clock => ((ActivityClock)clock!).Withdraw(), clock);
        using var request = requests.Create(context, body, exchange, route.Session.ConnectorId);
        HttpResponseMessage response;
        try
        {
            var sending = route.Channel.SendAsync(request, clock.Token);
            if (body.IsComplete && exchange.Endpoint.Role != EndpointRole.Management && exchange.Attempts < MaxAttempts && await lineLoss.MovesAsync(sending, route, exchange.Model!, tried))
            {
                // The cancellation travels when the line is back: until then the connector works for nobody.
                clock.Abandon();
                (await sending).Dispose();
                return new ForwardOutcome(ForwardStage.Send, ForwardSide.Upstream, null);
            }

            response = await sending;
        }
        // All of them: what the HTTP/2 client makes of a connector's nonsense comes in many types.
        catch (Exception exception)
        {
            if (exception.InnerException is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge or StatusCodes.Status400BadRequest } clients && !clock.ClientGone)
                throw clients;
            return new ForwardOutcome(ForwardStage.Send, clock.ClientGone ? ForwardSide.Client : clock.Withdrawn ? ForwardSide.None : ForwardSide.Upstream, exception);
        }

        using (response)
        {
            // This connector's owner shares with others, or not now; the broker learns of the former by nothing else.
            if (response.Headers.NonValidated.Contains(TunnelHeaders.Unshared) && exchange.Endpoint.Role != EndpointRole.Management && body.IsComplete && exchange.Attempts < MaxAttempts && router.HasOther(exchange.Model!, route.Session, tried))
                return new ForwardOutcome(ForwardStage.Send, ForwardSide.Upstream, null);
            return await answers.RelayAsync(context, response, exchange, clock, route.Channel.Channel);
        }
    }
}
