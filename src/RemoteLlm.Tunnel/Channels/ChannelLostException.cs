namespace RemoteLlm.Tunnel.Channels;

/// <summary>What a reader or writer of a channel meets when the channel did not end with <see cref="CloseReason.Normal"/>.</summary>
public sealed class ChannelLostException(ChannelEnd end) : IOException($"The channel ended: {end}")
{
    /// <summary>How the channel ended.</summary>
    public ChannelEnd End { get; } = end;
}
