namespace RemoteLlm.Broker.Portal.Audit;

/// <summary>One change: who, what, and to whom or what. The time is set when it is written.</summary>
/// <param name="Actor">
/// The user's name; <c>cli:NAME</c> for commands, by the name of the system's user, which no user name here can be; <c>file</c>, and no address, for what was written into <c>users.yaml</c> by hand;
/// <c>-</c> for nobody who is known.
/// </param>
/// <param name="Action">Such as <c>key.made</c>: noun, dot, past participle.</param>
/// <param name="Target">Whose or which: a user, a connector, <c>user/key name</c>.</param>
/// <param name="Detail">What else is to be known, never a secret; null for nothing.</param>
/// <param name="Address">Where the request came from; null for commands and the file.</param>
internal sealed record AuditEntry(string Actor, string Action, string Target, string? Detail = null, string? Address = null);
