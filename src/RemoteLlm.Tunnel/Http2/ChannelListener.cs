using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Channel = RemoteLlm.Tunnel.Channels.Channel;

namespace RemoteLlm.Tunnel.Http2;

/// <summary>
/// Hands channels to Kestrel as if they were accepted sockets. Whoever dials the broker gives each established channel to
/// <see cref="OfferAsync"/>; Kestrel runs HTTP/2 over it.
/// </summary>
public sealed class ChannelListener : IConnectionListenerFactory, IConnectionListenerFactorySelector, IConnectionListener
{
    // Kestrel accepts in a tight loop: more than a few waiting channels means that it has stopped.
    private readonly Channel<ConnectionContext> _waiting =
        System.Threading.Channels.Channel.CreateBounded<ConnectionContext>(new BoundedChannelOptions(16) { FullMode = BoundedChannelFullMode.Wait });

    /// <inheritdoc/>
    public EndPoint EndPoint { get; } = new TunnelEndPoint();

    /// <inheritdoc/>
    public bool CanBind(EndPoint endpoint) => endpoint is TunnelEndPoint;

    /// <summary>Gives Kestrel a channel to serve. Returns when it is queued.</summary>
    /// <exception cref="ChannelClosedException">The listener is unbound: the process is stopping.</exception>
    public ValueTask OfferAsync(Channel channel, CancellationToken cancellationToken) =>
        _waiting.Writer.WriteAsync(new ChannelConnection(channel, EndPoint), cancellationToken);

    ValueTask<IConnectionListener> IConnectionListenerFactory.BindAsync(EndPoint endpoint, CancellationToken cancellationToken) => ValueTask.FromResult<IConnectionListener>(this);

    async ValueTask<ConnectionContext?> IConnectionListener.AcceptAsync(CancellationToken cancellationToken) =>
        await _waiting.Reader.WaitToReadAsync(cancellationToken) && _waiting.Reader.TryRead(out var connection) ? connection : null;

    ValueTask IConnectionListener.UnbindAsync(CancellationToken cancellationToken)
    {
        _waiting.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        while (_waiting.Reader.TryRead(out var connection))
            await connection.DisposeAsync();
    }
}
