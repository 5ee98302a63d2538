using RemoteLlm.Protocol.Dialects.Json;

namespace RemoteLlm.Protocol.Dialects.Requests;

/// <summary>Looks into one top-level member of a request while <see cref="RequestScanner"/> passes over it.</summary>
internal abstract class MemberScan
{
    /// <summary>Tokens inside of so many containers are wanted from here on, the request's own object counted.</summary>
    public int ReportDepth { get; protected set; } = 1;

    /// <summary>The next token of the member's value. A depth of 1 behind it means that the value is over.</summary>
    public abstract void Take(JsonToken token, JsonScanner json);
}
