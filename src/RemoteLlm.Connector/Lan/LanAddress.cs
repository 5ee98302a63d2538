namespace RemoteLlm.Connector.Lan;

/// <summary>Where the LAN port is, once the host has started.</summary>
public sealed class LanAddress
{
    /// <summary>All addresses, with the ports they really got; empty before the start.</summary>
    public IReadOnlyList<Uri> Urls { get; internal set; } = [];
}
