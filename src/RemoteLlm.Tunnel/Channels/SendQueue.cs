using System.Net.Sockets;

namespace RemoteLlm.Tunnel.Channels;

/// <summary>Keeps the system's send queue short: bytes that wait in it unsent sit before every later token and reset.</summary>
public static class SendQueue
{
    // Source: tcp(7), and Apple's <netinet/tcp.h>. Windows has no such option.
    private const int TcpNotSentLowAtLinux = 25;
    private const int TcpNotSentLowAtMac = 0x201;
    private const int UnsentLimit = 32 * 1024;

    /// <summary>Allows 32 KiB unsent where the system can. A null or closed socket is left alone.</summary>
    public static void Limit(Socket? socket)
    {
        var option = OperatingSystem.IsLinux() ? TcpNotSentLowAtLinux : OperatingSystem.IsMacOS() ? TcpNotSentLowAtMac : 0;
        if (option != 0 && socket is { SafeHandle.IsClosed: false, ProtocolType: ProtocolType.Tcp })
            socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, option, BitConverter.GetBytes(UnsentLimit));
    }
}
