using System.Buffers;
using RemoteLlm.Connector.Metering;
using RemoteLlm.Connector.Routing;
using RemoteLlm.Connector.Scheduling;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Protocol.Dialects.Requests;
using RemoteLlm.Protocol.Dialects.Streams;
using RemoteLlm.Protocol.Dialects.Usage;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Connector.Relay;

/// <summary>
/// Finds out before the work at which servers a prompt does not fit: some cut it in silence and answer as if nothing were missing. The server's own tokenizer is asked where it can change
/// the outcome; else a prompt is refused only where the least that the estimate leaves open is too long.
/// </summary>
internal sealed class ContextCheck(TokenEstimator estimator, TimeProvider time)
{
    /// <summary>The longest body that a tokenizer gets, 8 MiB.</summary>
    public const int MaxCounted = 8 << 20;

    /// <summary>How long a server may take to count, 2 s: one that is that busy is better asked to work.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // Of a model that has reported enough the estimate is better than this.
    private const double Unknown = 0.15;

    /// <summary>Takes the servers out of a choice at which the prompt does not fit.</summary>
    public async ValueTask CheckAsync(RouteChoice choice, HeldBody body, Exchange exchange, CancellationToken cancellationToken)
    {
        // What an image takes is not known before a server has looked at it, and a list of inputs is not one prompt.
        if (exchange.Prompt is not { } prompt || !IsOnePrompt(exchange.Endpoint) || prompt[PromptFeature.Images] > 0)
            return;
        var asked = (exchange.Scan as RequestScanner)?.ContextTokens;
        List<Task<Fit>>? counts = null;
        foreach (var route in choice.Tiers.SelectMany(static tier => tier.Routes))
        {
            // A token is a byte at least.
            if (ContextOf(route, asked) is not { } context || body.Length <= context)
                continue;
            var estimate = estimator.Estimate(route.Server.Name, route.Model!, prompt);
            if (estimate.Margin > Unknown || estimate.Tokens * (1 + (2 * estimate.Margin)) >= context)
                (counts ??= []).Add(FitAsync(route, body, estimate, context, cancellationToken));
        }

        foreach (var fit in counts is null ? [] : await Task.WhenAll(counts))
        {
            if (fit.Counted is { } exact)
                choice.Demand.Counted(fit.Route, exact);
            // The answer needs room for a token too.
            if ((fit.Counted ?? fit.Fewest) >= fit.Context)
                choice.Exceeds(fit.Route);
        }
    }

    /// <summary>Has a server count; null when it cannot, or not now.</summary>
    public async Task<long?> CountAsync(ServerRoute route, HeldBody body, CancellationToken cancellationToken)
    {
        if (!route.Server.State.Reachable || body.Length > MaxCounted || !route.Server.TryEnter())
            return null;
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await route.Server.Kinds.CountTokensAsync(route.Server.Query, route.Model!, await WholeAsync(body, either.Token), either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            route.Server.Leave();
        }
    }

    private static bool IsOnePrompt(ApiEndpoint endpoint) => endpoint.Role == EndpointRole.Relay
        && endpoint.Operation == "chat" | endpoint.Stream is StreamFormat.ResponseEvents or StreamFormat.GenerateLines;

    // Ollama makes its context as long as the request asks.
    private static long? ContextOf(ServerRoute route, long? asked) =>
        asked is not null && route.Server.State.Kind == ServerKind.Ollama ? asked : route.Server.ContextLength(route.Model!);

    private async Task<Fit> FitAsync(ServerRoute route, HeldBody body, PromptTokens estimate, long context, CancellationToken cancellationToken) =>
        new(route, await CountAsync(route, body, cancellationToken), estimate.Fewest, context);

    private static async ValueTask<ReadOnlyMemory<byte>> WholeAsync(HeldBody body, CancellationToken cancellationToken)
    {
        if (body.InMemory)
            return body.Memory;
        var whole = new ArrayBufferWriter<byte>((int)body.Length);
        await body.ReadHeldAsync(piece => whole.Write(piece.Span), cancellationToken);
        return whole.WrittenMemory;
    }

    private readonly record struct Fit(ServerRoute Route, long? Counted, long Fewest, long Context);
}
