using Microsoft.AspNetCore.Http;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Usage.Spending;
using RemoteLlm.Hosting.Edge;
using RemoteLlm.Hosting.Edge.Keys;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Broker.Access;

/// <summary>The key check at the edge. The connector checks again; this one keeps junk off the home uplink.</summary>
internal sealed class EdgeAccess(EdgeDirectory directory, FailedKeyThrottle throttle, BudgetGate budgets, TimeProvider time) : IEdgeAccess
{
    /// <summary>The key of a request that is work, or the error to answer with.</summary>
    /// <param name="context">The request.</param>
    /// <param name="key">The key, when it is known.</param>
    /// <param name="revision">The roster revision by which it was judged.</param>
    public ApiError? Admit(HttpContext context, out KeyRecord? key, out long revision) => Know(context, out key, out revision) ?? budgets.Refusal(key!.User);

    // What the edge answers itself costs nothing: whoever has spent a budget may still ask which models there are.
    ApiError? IEdgeAccess.Admit(HttpContext context, out IEdgeCaller? caller)
    {
        var refusal = Know(context, out var key, out _);
        caller = key;
        return refusal;
    }

    private ApiError? Know(HttpContext context, out KeyRecord? key, out long revision)
    {
        var users = directory.Users;
        revision = users.Revision;
        key = null;
        if (context.Features.Get<PortalRequest>() is { } portal)
            return users.TryFind(portal.Key, out key) ? Standing(key) : ApiErrors.KeyBlocked();
        if (directory.AnonymousKey is not null && !KeylessRequest.IsOfThisMachine(context.Request))
            return ApiErrors.MissingApiKey();
        var text = directory.AnonymousKey ?? SentKey.Of(context.Request.Headers);
        if (throttle.Find(context.Connection.RemoteIpAddress, text, digest => users.TryFind(digest, out var found) ? found : null, out key) is { } refusal)
            return refusal;
        return Standing(key!);
    }

    private ApiError? Standing(KeyRecord key) => key.Standing(time.GetUtcNow()) switch
    {
        KeyStanding.Admitted => null,
        KeyStanding.Expired => ApiErrors.KeyExpired(key.ExpiresAt!.Value),
        _ => ApiErrors.KeyBlocked(),
    };
}
