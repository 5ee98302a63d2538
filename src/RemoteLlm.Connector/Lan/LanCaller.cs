using RemoteLlm.Hosting.Edge;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Connector.Lan;

/// <summary>Somebody whose key is good at the LAN port, or known there.</summary>
/// <param name="Entry">What its holder may do.</param>
internal sealed record LanCaller(RosterEntry Entry) : IEdgeCaller
{
    public string User => Entry.User;

    public string KeyName => Entry.KeyName;

    public IReadOnlyList<string>? Models => Entry.Models;

    public bool Allows(string model) => Entry.Allows(model);
}
