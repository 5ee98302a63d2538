using System.Net.WebSockets;

namespace RemoteLlm.Tunnel.Channels;

/// <summary>What an exception in one of a channel's pumps means for the channel.</summary>
internal static class ChannelFailure
{
    /// <summary>The socket's failure, as opposed to a broken rule or a failure of what is above the channel.</summary>
    // ObjectDisposedException: an aborted ManagedWebSocket throws it to a send that was under way.
    public static bool IsOfSocket(Exception exception) =>
        exception is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException;

    public static ChannelEnd EndOf(Exception exception) => exception switch
    {
        ProtocolViolationException => new ChannelEnd(CloseReason.ProtocolError, exception.Message, ByPeer: false),
        DamagedFrameException => new ChannelEnd(CloseReason.Damaged, exception.Message, ByPeer: false),
        OperationCanceledException => new ChannelEnd(CloseReason.Lost, "the other side did not finish in time", ByPeer: false),
        WebSocketException { WebSocketErrorCode: WebSocketError.ConnectionClosedPrematurely } => new ChannelEnd(CloseReason.Lost, "the socket broke", ByPeer: false),
        _ when IsOfSocket(exception) => new ChannelEnd(CloseReason.Lost, $"the socket failed ({exception.GetType().Name})", ByPeer: false),
        // What is above completed its side with an error of its own.
        _ => new ChannelEnd(CloseReason.InternalError, $"the connection above failed ({exception.GetType().Name})", ByPeer: false),
    };
}
