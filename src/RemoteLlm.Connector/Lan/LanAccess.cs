using Microsoft.AspNetCore.Http;
using RemoteLlm.Connector.Access;
using RemoteLlm.Connector.Access.Local;
using RemoteLlm.Connector.Link;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Hosting.Edge;
using RemoteLlm.Hosting.Edge.Keys;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Connector.Lan;

/// <summary>
/// Who may use the LAN port: holders of its own keys, and those whom the roster names, with all that it says of them and all that the owner of this machine takes away from it, as in the
/// tunnel. Without keys everybody, but no web page of elsewhere. While the broker is away, the last roster that it sent holds.
/// </summary>
internal sealed class LanAccess(LanSettings settings, RosterHolder roster, LocalAccess local, LinkState link, FailedKeyThrottle throttle) : IEdgeAccess
{
    private static readonly LanCaller s_everybody = new(new RosterEntry(LanKeys.DefaultUser, "no-auth", default, RequestLimits.None) { IsLocal = true });

    /// <summary>The error to answer with; null when the caller may go on.</summary>
    /// <param name="context">The request.</param>
    /// <param name="caller">Who asks, where the key is known.</param>
    public ApiError? Admit(HttpContext context, out LanCaller? caller)
    {
        caller = null;
        if (settings.NoAuth)
        {
            if (!IsOfHere(context.Request))
                return ApiErrors.MissingApiKey();
            caller = s_everybody;
            return null;
        }

        if (throttle.Find(context.Connection.RemoteIpAddress, SentKey.Of(context.Request.Headers), Find, out var found) is { } refusal)
            return refusal;
        // The port's own keys are the business of this machine's owner: no rule for the broker's users holds for them.
        var (entry, error) = found!.IsLocal ? (found, null) : local.Judge(found);
        caller = new LanCaller(entry);
        return error;
    }

    ApiError? IEdgeAccess.Admit(HttpContext context, out IEdgeCaller? caller)
    {
        var refusal = Admit(context, out var admitted);
        caller = admitted;
        return refusal;
    }

    private bool IsOfHere(HttpRequest request) => settings.IsOpen ? KeylessRequest.IsOf(request, LocalNames.IsLocal) : KeylessRequest.IsOfThisMachine(request);

    // The roster lists what the broker would have made of the key for this connector.
    private RosterEntry? Find(KeyDigest key) =>
        settings.Keys.Find(key) ?? (link.ConnectorId is { } connector ? roster.Find(DerivedCredential.FingerprintOf(key, connector)) : null);
}
