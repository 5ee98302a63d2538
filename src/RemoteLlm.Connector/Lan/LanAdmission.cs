using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Connector.Lan;

/// <summary>
/// What the LAN port found out about a request's caller. It is a feature of the request, put there by the server that took it: no header of a client's can say so.
/// </summary>
/// <param name="Entry">The caller, where the key is known.</param>
/// <param name="Error">The refusal; null when there is none.</param>
internal sealed record LanAdmission(RosterEntry? Entry, ApiError? Error);
