using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Xunit;

namespace RemoteLlm.Testing;

/// <summary>Two open WebSockets that are joined by a TCP connection over loopback.</summary>
public sealed class WebSocketPair : IDisposable
{
    private readonly Socket _near;
    private readonly Socket _far;

    private WebSocketPair(Socket near, Socket far)
    {
        (_near, _far) = (near, far);
        Connector = WebSocket.CreateFromStream(new NetworkStream(near, ownsSocket: true), new WebSocketCreationOptions { IsServer = false });
        Broker = WebSocket.CreateFromStream(new NetworkStream(far, ownsSocket: true), new WebSocketCreationOptions { IsServer = true });
    }

    /// <summary>The client's end.</summary>
    public WebSocket Connector { get; }

    /// <summary>The server's end.</summary>
    public WebSocket Broker { get; }

    /// <summary>Connects the two.</summary>
    public static async Task<WebSocketPair> OpenAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var near = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await near.ConnectAsync(listener.LocalEndpoint, TestContext.Current.CancellationToken);
        var far = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        far.NoDelay = true;
        return new WebSocketPair(near, far);
    }

    /// <summary>The line breaks: a reset, as from a NAT that has forgotten the connection.</summary>
    public void Cut()
    {
        _near.LingerState = new LingerOption(true, 0);
        _near.Close();
    }

    public void Dispose()
    {
        Connector.Dispose();
        Broker.Dispose();
        _near.Dispose();
        _far.Dispose();
    }
}
