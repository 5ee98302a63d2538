using System.IO.Pipelines;
using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace RemoteLlm.Connector.Link;

/// <summary>A WebSocket in the shape in which SignalR's client wants its connections.</summary>
internal sealed class WebSocketConnection : ConnectionContext
{
    private readonly WebSocket _socket;
    private readonly Stream _stream;

    public WebSocketConnection(WebSocket socket, EndPoint remote)
    {
        _socket = socket;
        _stream = WebSocketStream.Create(socket, WebSocketMessageType.Text, ownsWebSocket: true);
        Transport = new StreamTransport(PipeReader.Create(_stream), PipeWriter.Create(_stream));
        RemoteEndPoint = remote;
    }

    public override string ConnectionId { get; set; } = Guid.CreateVersion7().ToString("N");

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    public override IDuplexPipe Transport { get; set; }

    public override void Abort(ConnectionAbortedException abortReason) => _socket.Abort();

    public override async ValueTask DisposeAsync()
    {
        // Not closed by handshake: the control connection ends when its owner says so, whether or not the line still answers.
        _socket.Abort();
        await Transport.Input.CompleteAsync();
        await _stream.DisposeAsync();
        await base.DisposeAsync();
    }

    private sealed record StreamTransport(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
