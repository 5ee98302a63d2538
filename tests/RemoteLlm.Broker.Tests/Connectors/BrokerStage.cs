using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RemoteLlm.Broker.Connectors;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Testing;
using RemoteLlm.Testing.Logs;

namespace RemoteLlm.Broker.Tests.Connectors;

/// <summary>A whole broker at a free port, by a clock that the test turns, with one connector that may sign in and one that is blocked.</summary>
internal sealed class BrokerStage : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly WebApplication _broker;

    private BrokerStage(Action<ConnectorOptions> configure)
    {
        _folder.Write("connectors.yaml", $"""
            connectors:
              - name: home
                token_hash: {ConnectorToken.Hash(Token).Format()}
              - name: gone
                token_hash: {ConnectorToken.Hash(BlockedToken).Format()}
                blocked: true
            """);
        var options = new BrokerOptions { Urls = "http://127.0.0.1:0", ManagementUrls = "http://127.0.0.1:0", Data = _folder.Path };
        configure(options.Connectors);
        _broker = BrokerHost.Create(options, logging => logging.AddProvider(Logs).Services.AddSingleton<TimeProvider>(Time));
    }

    public string Token { get; } = ConnectorToken.Generate();

    public string BlockedToken { get; } = ConnectorToken.Generate();

    public ManualTime Time { get; } = new();

    public LogRecorder Logs { get; } = new();

    public Uri Url => new(_broker.Urls.First());

    public SessionRegistry Registry => _broker.Services.GetRequiredService<SessionRegistry>();

    public static async Task<BrokerStage> StartAsync(Action<ConnectorOptions>? configure = null)
    {
        var stage = new BrokerStage(configure ?? (_ => { }));
        await stage._broker.StartAsync(TestContext.Current.CancellationToken);
        return stage;
    }

    /// <summary>Asks for a path of connectors without wanting a WebSocket: whoever is admitted gets 400.</summary>
    public async Task<HttpResponseMessage> AskAsync(string? token, string? from = null, string? proto = null)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Url, "/_remotellm/channel"));
        if (token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        // The proxy in front is believed, since it is on this machine.
        if (from is not null)
            request.Headers.Add("X-Forwarded-For", from);
        if (proto is not null)
            request.Headers.Add("X-Forwarded-Proto", proto);
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>A control connection whose SignalR handshake is done, or the status of the refusal.</summary>
    public async Task<(ClientWebSocket? Socket, int Status)> DialControlAsync()
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {Token}");
        socket.Options.CollectHttpResponseDetails = true;
        try
        {
            await socket.ConnectAsync(new UriBuilder(Url) { Scheme = "ws", Path = ControlContract.Path }.Uri, TestContext.Current.CancellationToken);
        }
        catch (WebSocketException)
        {
            socket.Dispose();
            return (null, (int)socket.HttpStatusCode);
        }

        await SendAsync(socket, """{"protocol":"json","version":1}""");
        Assert.Equal("{}", await ReceiveAsync(socket));
        return (socket, 101);
    }

    /// <summary>Asks for a session, and returns what the broker said.</summary>
    public static async Task<string?> OpenSessionAsync(ClientWebSocket socket)
    {
        var request = new SessionRequest(ControlContract.MinVersion, ControlContract.MaxVersion, "1.0", "one", ModelInventory.Empty, null, null);
        var arguments = JsonSerializer.Serialize(request, JsonSerializerOptions.Web);
        await SendAsync(socket, $$"""{"type":1,"invocationId":"1","target":"OpenSession","arguments":[{{arguments}}]}""");
        return await ReceiveAsync(socket);
    }

    /// <summary>The next message, without its record separator; null when the connection has ended. Pings are left out.</summary>
    public static async Task<string?> ReceiveAsync(ClientWebSocket socket)
    {
        var buffer = new byte[16_384];
        while (true)
        {
            try
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(), TestContext.Current.CancellationToken).OrHang();
                if (received.MessageType == WebSocketMessageType.Close)
                    return null;
                var message = Encoding.UTF8.GetString(buffer, 0, received.Count).TrimEnd('\u001e');
                if (message != """{"type":6}""")
                    return message;
            }
            catch (WebSocketException)
            {
                return null;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _broker.StopAsync(CancellationToken.None).OrHang();
        await _broker.DisposeAsync();
        _folder.Dispose();
    }

    private static Task SendAsync(ClientWebSocket socket, string message) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(message + "\u001e"), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken).OrHang();
}
