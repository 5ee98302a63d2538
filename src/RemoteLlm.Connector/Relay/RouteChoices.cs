using System.Buffers;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Connector.Metering;
using RemoteLlm.Connector.Routing;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Protocol.Conversations;
using RemoteLlm.Protocol.Dialects.Requests;
using RemoteLlm.Protocol.Dialects.Streams;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Connector.Relay;

/// <summary>Makes the choice of a server for each request, with what is remembered of its conversation.</summary>
internal sealed class RouteChoices(ServerRegistry registry, ConversationMemory conversations, TokenEstimator estimator, AnswerLengths answers)
{
    /// <summary>The choice for a request.</summary>
    public async ValueTask<RouteChoice> ForAsync(HttpRequest request, HeldBody body, Exchange exchange)
    {
        // With one server there is nothing to remember.
        var keys = registry.Current.Servers.Count > 1 ? await KeysAsync(request, body, exchange) : [];
        return new RouteChoice(registry, exchange.Model!, exchange.Endpoint, exchange.Caller)
        {
            Class = exchange.Class,
            Conversation = keys,
            Preferred = keys.Count > 0 ? conversations.Find(keys) : null,
            Demand = Demand(exchange),
            Watched = exchange.Watched,
        };
    }

    /// <summary>Scans the body anew for what servers put into requests since one of them was edited: who waited for it must not fail by that.</summary>
    public async ValueTask RescanAsync(RouteChoice choice, HeldBody body, Exchange exchange, CancellationToken cancellationToken)
    {
        var watched = registry.Current.Watched;
        if (exchange.Scan is RequestScanner)
        {
            var scanner = new RequestScanner(modelAlias: exchange.Endpoint.ModelAlias, watched: watched);
            await body.ReadHeldAsync(piece => scanner.Scan(piece.Span), cancellationToken);
            scanner.Finish();
            exchange.Scan = scanner;
        }

        (exchange.Watched, choice.Watched) = (watched, watched);
    }

    private RouteDemand Demand(Exchange exchange)
    {
        if (exchange.Prompt is not { } prompt)
            return RouteDemand.None;
        var scan = exchange.Scan as RequestScanner;
        var answer = exchange.Endpoint.Stream == StreamFormat.None ? 0 : scan?.MaxAnswerTokens;
        return new RouteDemand(route => estimator.Estimate(route.Server.Name, route.Model!, prompt).Tokens, answer, answers.Expected(exchange.Model!) * (scan?.Choices ?? 1));
    }

    /// <summary>The server whose models may be changed; null when no owner allows it.</summary>
    public LlmServer? Managed(string? model) => ManagedServer.Find(registry.Current, model);

    /// <summary>The conversation is at this server from now on.</summary>
    public void Remember(RouteChoice choice, LlmServer server)
    {
        if (choice.Conversation.Count > 0)
            conversations.Remember(choice.Conversation, server.Name);
    }

    private static async ValueTask<IReadOnlyList<UInt128>> KeysAsync(HttpRequest request, HeldBody body, Exchange exchange)
    {
        var message = new ArrayBufferWriter<byte>(ConversationKeys.MaxMessage);
        if (exchange.FirstMessage is var (start, end))
        {
            long at = 0;
            await body.ReadHeldAsync(Take, request.HttpContext.RequestAborted);

            void Take(ReadOnlyMemory<byte> piece)
            {
                var (from, to) = (Math.Max(start - at, 0), Math.Min(end - at, piece.Length));
                if (from < to)
                    message.Write(piece.Span[(int)from..(int)to]);
                at += piece.Length;
            }
        }

        return ConversationKeys.Of(exchange.Caller?.User ?? "", exchange.Model, name => request.Headers[name], exchange.CacheKey, message.WrittenSpan);
    }
}
