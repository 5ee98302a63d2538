using Microsoft.AspNetCore.Http;
using RemoteLlm.Connector.Access;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Connector.Lan;

/// <summary>Where a LAN port is open: its requests have been judged there, by the key itself; those of the tunnel carry a credential.</summary>
internal sealed class LanCallerCheck(CredentialCheck tunnel) : ICallerCheck
{
    public ValueTask<(RosterEntry? Entry, ApiError? Error)> CheckAsync(HttpRequest request, CancellationToken cancellationToken) =>
        request.HttpContext.Features.Get<LanAdmission>() is { } admission
            ? ValueTask.FromResult((admission.Entry, admission.Error))
            : tunnel.CheckAsync(request, cancellationToken);
}
