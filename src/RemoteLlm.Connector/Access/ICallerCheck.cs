using Microsoft.AspNetCore.Http;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Connector.Access;

/// <summary>Finds out who sent a request, by whichever way it came.</summary>
internal interface ICallerCheck
{
    /// <summary>The caller's entry, or the error to answer with; both, where the key is known and refused.</summary>
    ValueTask<(RosterEntry? Entry, ApiError? Error)> CheckAsync(HttpRequest request, CancellationToken cancellationToken);
}
