using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RemoteLlm.Testing;
using RemoteLlm.Tunnel.Channels;
using RemoteLlm.Tunnel.Http2;

namespace RemoteLlm.Tunnel.Tests.Support;

/// <summary>HTTP/2 through one channel: Kestrel behind it, the broker's client before it.</summary>
internal sealed class Tunnel : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly WebSocketPair _sockets;

    private Tunnel(WebApplication app, WebSocketPair sockets, GatedWebSocket gate, Channel near, ChannelClient client)
    {
        (_app, _sockets, Gate, Near, Client) = (app, sockets, gate, near, client);
    }

    /// <summary>The connector's end of the channel.</summary>
    public Channel Near { get; }

    public ChannelClient Client { get; }

    /// <summary>Where the broker's sends pass; open.</summary>
    public GatedWebSocket Gate { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<Tunnel> OpenAsync(RequestDelegate handle)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var listener = new ChannelListener();
        builder.Services.AddTunnelListener(listener);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenToTunnel());
        var app = builder.Build();
        app.Run(handle);
        await app.StartAsync(Token);

        var sockets = await WebSocketPair.OpenAsync();
        var near = Carried.By(sockets.Connector, new ChannelOptions { ResumeWindow = TimeSpan.Zero }, TimeProvider.System);
        await listener.OfferAsync(near, Token);
        var gate = new GatedWebSocket(sockets.Broker);
        gate.Open();
        return new Tunnel(app, sockets, gate, near, ChannelClient.Create(Carried.By(gate, new ChannelOptions { ResumeWindow = TimeSpan.Zero }, TimeProvider.System)));
    }

    public static HttpRequestMessage Post(HttpContent content, string path = "/") => new(HttpMethod.Post, new Uri(ChannelClient.Authority, path))
    {
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Content = content,
    };

    /// <summary>Sends text and returns the answer's.</summary>
    public async Task<string> AskAsync(string text, string path = "/")
    {
        using var request = Post(new StringContent(text), path);
        using var response = await Client.SendAsync(request, Token).OrHang();
        return await response.Content.ReadAsStringAsync(Token).OrHang();
    }

    public void Cut() => _sockets.Cut();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Client.Channel.Ended.OrHang();
        await _app.DisposeAsync().OrHang();
        await Near.Ended.OrHang();
        _sockets.Dispose();
    }
}
