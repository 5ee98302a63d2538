namespace RemoteLlm.Tunnel.Channels;

/// <summary>How a channel or one of its sockets ended, and who said so.</summary>
/// <param name="Reason">The reason; the first cause wins.</param>
/// <param name="Detail">One sentence without secrets, fit for a log of either side.</param>
/// <param name="ByPeer">True when the peer's CLOSE frame gave the reason.</param>
public sealed record ChannelEnd(CloseReason Reason, string Detail, bool ByPeer)
{
    internal static ChannelEnd OfConnectionAbove { get; } = new(CloseReason.Normal, "the connection above has ended", ByPeer: false);

    internal static ChannelEnd ByNewerSocket { get; } = new(CloseReason.TakenOver, "a newer socket carries the channel", ByPeer: false);

    /// <inheritdoc/>
    public override string ToString() => $"{Reason}{(ByPeer ? " (peer)" : "")}: {Detail}";
}
