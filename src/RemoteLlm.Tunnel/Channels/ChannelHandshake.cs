using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace RemoteLlm.Tunnel.Channels;

/// <summary>The first two messages of a channel, on both ends. Afterwards the socket is handed to <see cref="Channel.CarryAsync"/>.</summary>
public static class ChannelHandshake
{
    /// <summary>Path of the upgrade request.</summary>
    public const string Path = "/_remotellm/channel";

    /// <summary>The WebSocket subprotocol that both ends must name.</summary>
    public const string Subprotocol = "remotellm.channel";

    /// <summary>The connector's part: says hello and awaits the answer.</summary>
    /// <exception cref="ChannelLostException">The broker refused, or the socket ended, or the answer makes no sense.</exception>
    public static async Task<Welcome> SayHelloAsync(WebSocket socket, Hello hello, CancellationToken cancellationToken)
    {
        await SendAsync(socket, FrameType.Hello, hello, HandshakeJson.Default.Hello, cancellationToken);
        var message = await ReceiveAsync(socket, cancellationToken) ?? [];
        if (message.Length >= FrameFormat.CloseHeader && (FrameType)message[0] == FrameType.Close)
            throw Refused(FrameReader.ReasonOf(BinaryPrimitives.ReadUInt16BigEndian(message.AsSpan(9))), Encoding.UTF8.GetString(message.AsSpan(FrameFormat.CloseHeader)), byPeer: true);

        var welcome = Parse(message, FrameType.Welcome, HandshakeJson.Default.Welcome)
            ?? throw Refused(CloseReason.ProtocolError, "the answer to HELLO is no WELCOME", byPeer: false);
        return welcome is { Version: >= ProtocolVersion.Min and <= ProtocolVersion.Max, Received: >= 0 }
            ? welcome
            : throw Refused(CloseReason.VersionMismatch, $"the broker chose version {welcome.Version}; this connector speaks {ProtocolVersion.Min} to {ProtocolVersion.Max}", byPeer: false);
    }

    /// <summary>The broker's first half: awaits the hello and checks its form and versions.</summary>
    /// <returns>The hello, or null when the socket was refused (the peer has been told why).</returns>
    public static async Task<Hello?> AwaitHelloAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        var message = await ReceiveAsync(socket, cancellationToken);
        if (message is null)
        {
            await RefuseAsync(socket, CloseReason.ProtocolError, $"the first message is longer than {FrameFormat.MaxHandshake} bytes", cancellationToken);
            return null;
        }

        if (Parse(message, FrameType.Hello, HandshakeJson.Default.Hello) is not { Channel: >= 0, Epoch: > 0, Received: >= 0 } hello)
        {
            await RefuseAsync(socket, CloseReason.ProtocolError, "the first message is no valid HELLO", cancellationToken);
            return null;
        }

        if (ProtocolVersion.Common(hello.MinVersion, hello.MaxVersion) is not null)
            return hello;
        await RefuseAsync(
            socket,
            CloseReason.VersionMismatch,
            $"the connector speaks protocol versions {hello.MinVersion} to {hello.MaxVersion}, this broker {ProtocolVersion.Min} to {ProtocolVersion.Max}: update the older one",
            cancellationToken);
        return null;
    }

    /// <summary>The broker's second half: accepts, and says what it has received of this channel and how long it keeps it.</summary>
    public static ValueTask WelcomeAsync(WebSocket socket, Hello hello, ChannelClaim claim, TimeSpan resumeWindow, CancellationToken cancellationToken) => SendAsync(
        socket,
        FrameType.Welcome,
        new Welcome(ProtocolVersion.Common(hello.MinVersion, hello.MaxVersion) ?? 0, claim.Received, (long)resumeWindow.TotalMilliseconds),
        HandshakeJson.Default.Welcome,
        cancellationToken);

    /// <summary>The broker's other second half: refuses with a reason that the connector's log will show.</summary>
    public static Task RefuseAsync(WebSocket socket, CloseReason reason, string detail, CancellationToken cancellationToken) => RefuseAsync(socket, reason, detail, 0, cancellationToken);

    /// <summary>Refuses a socket of a channel of which this much was received: the peer may count on it already.</summary>
    internal static async Task RefuseAsync(WebSocket socket, CloseReason reason, string detail, long received, CancellationToken cancellationToken)
    {
        var frame = new byte[FrameFormat.MaxControl];
        var length = FrameFormat.Seal(frame, FrameFormat.WriteClose(frame, received, reason, detail));
        await socket.SendAsync(frame.AsMemory(0, length), WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
        await socket.CloseOutputAsync(WebSocketCloseStatus.PolicyViolation, null, cancellationToken);
    }

    private static ValueTask SendAsync<T>(WebSocket socket, FrameType type, T value, JsonTypeInfo<T> json, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(value, json);
        var frame = new byte[1 + body.Length + FrameFormat.ChecksumLength];
        frame[0] = (byte)type;
        body.CopyTo(frame, 1);
        FrameFormat.Seal(frame, 1 + body.Length);
        return socket.SendAsync(frame.AsMemory(), WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
    }

    // Without the checksum. Null for a message that is too long; the rest of it is left unread.
    private static async Task<byte[]?> ReceiveAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[1 + FrameFormat.MaxHandshake + FrameFormat.ChecksumLength];
        var length = 0;
        while (true)
        {
            var result = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
            if (result.MessageType == WebSocketMessageType.Close)
                throw Refused(CloseReason.Lost, "the socket was closed during the handshake", byPeer: true);
            length += result.Count;
            if (result.MessageType != WebSocketMessageType.Binary)
                throw Refused(CloseReason.Damaged, "a message is not binary", byPeer: false);
            if (result.EndOfMessage)
                return FrameFormat.TryUnseal(buffer.AsSpan(0, length), out var frame) ? frame.ToArray() : throw Refused(CloseReason.Damaged, DamagedFrameException.WrongChecksum, byPeer: false);
            if (length == buffer.Length)
                return null;
        }
    }

    private static T? Parse<T>(byte[] message, FrameType type, JsonTypeInfo<T> json)
        where T : class
    {
        if (message.Length < 2 || (FrameType)message[0] != type)
            return null;
        try
        {
            return JsonSerializer.Deserialize(message.AsSpan(1), json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ChannelLostException Refused(CloseReason reason, string detail, bool byPeer) => new(new ChannelEnd(reason, detail, byPeer));
}
