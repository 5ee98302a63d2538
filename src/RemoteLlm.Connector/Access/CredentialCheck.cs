using Microsoft.AspNetCore.Http;
using RemoteLlm.Connector.Access.Local;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Connector.Access;

/// <summary>
/// The connector's own key check: a request must carry a derived credential whose fingerprint is on the roster, and the owner of this machine must not mind. Nothing that the edge
/// says of the caller is believed.
/// </summary>
internal sealed class CredentialCheck(RosterHolder roster, LocalAccess local) : ICallerCheck
{
    // A key works the moment it is shown: the roster that has it may still be on its way.
    private static readonly TimeSpan s_rosterWait = TimeSpan.FromSeconds(2);

    /// <summary>The caller's roster entry, or the error to answer with.</summary>
    public async ValueTask<(RosterEntry? Entry, ApiError? Error)> CheckAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (Fingerprint(request.Headers) is not { } fingerprint)
            return (null, ApiErrors.MissingApiKey());

        var wanted = Revision(request.Headers);
        if (roster.Find(fingerprint) is null || roster.Revision < wanted)
            await roster.WaitForAsync(wanted, s_rosterWait, cancellationToken);

        if (roster.Find(fingerprint) is not { } entry)
            return (null, ApiErrors.InvalidApiKey());
        var (narrowed, error) = local.Judge(entry);
        if (error is not null && LocalAccess.IsOwners(error))
            request.HttpContext.Response.Headers[TunnelHeaders.Unshared] = error.Code;
        return (narrowed, error);
    }

    // The fingerprint is a hash of what was sent, so that looking it up tells nothing about how close a guess was.
    private static KeyDigest? Fingerprint(IHeaderDictionary headers)
    {
        Span<byte> credential = stackalloc byte[DerivedCredential.Size];
        return headers.TryGetValue(TunnelHeaders.Credential, out var values) && values.Count == 1 && DerivedCredential.TryParse(values[0], credential)
            ? DerivedCredential.Fingerprint(credential)
            : null;
    }

    private static long Revision(IHeaderDictionary headers) =>
        headers.TryGetValue(TunnelHeaders.RosterRevision, out var values) && long.TryParse(values.ToString(), System.Globalization.CultureInfo.InvariantCulture, out var revision) ? revision : 0;
}
