using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace RemoteLlm.EndToEnd.Tests.Portal;

/// <summary>A page's live connection, spoken by hand: SignalR's JSON over a WebSocket.</summary>
internal sealed class LivePage : IDisposable
{
    private readonly ClientWebSocket _socket;
    private readonly Queue<JsonElement> _read = new();

    private LivePage(ClientWebSocket socket) => _socket = socket;

    /// <summary>Connects as a page of a logged-in browser does.</summary>
    /// <returns>The page, or the status of the refusal.</returns>
    public static async Task<(LivePage? Page, HttpStatusCode Status)> Connect(Cluster cluster, PortalClient browser, string? origin = null, string path = "/live")
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.SetRequestHeader("Cookie", string.Join("; ", browser.Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        if ((origin ?? cluster.Url.GetLeftPart(UriPartial.Authority)) is { Length: > 0 } from)
            socket.Options.SetRequestHeader("Origin", from);
        try
        {
            await socket.ConnectAsync(new UriBuilder(cluster.Url) { Scheme = "ws", Path = path }.Uri, TestContext.Current.CancellationToken).OrHang();
        }
        catch (WebSocketException)
        {
            var status = socket.HttpStatusCode;
            socket.Dispose();
            return (null, status);
        }

        var page = new LivePage(socket);
        await page.Send("""{"protocol":"json","version":1}""");
        Assert.Equal("{}", (await page.Next())?.GetRawText());
        return (page, HttpStatusCode.SwitchingProtocols);
    }

    /// <summary>Follows subjects with the token of a page.</summary>
    /// <returns>The answer's error; null when it follows.</returns>
    public async Task<string?> Follow(string token, params string[] subjects)
    {
        await Send(JsonSerializer.Serialize(new { type = 1, invocationId = "1", target = "Follow", arguments = new object[] { token, subjects } }));
        while (await Next() is { } message)
        {
            if (message.GetProperty("type").GetInt32() == 3)
                return message.TryGetProperty("error", out var error) ? error.GetString() : null;
        }

        return "the connection has ended";
    }

    /// <summary>The next subject that has changed; null when the connection has ended.</summary>
    public async Task<string?> Changed()
    {
        while (await Next() is { } message)
        {
            if (message.GetProperty("type").GetInt32() == 1)
                return message.GetProperty("arguments")[0].GetString();
        }

        return null;
    }

    /// <summary>Waits until the broker has ended the connection.</summary>
    public async Task Ended()
    {
        while (await Next() is not null)
        {
        }
    }

    public Task Send(string message) => _socket.SendAsync(Encoding.UTF8.GetBytes(message + "\u001e"), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken).OrHang();

    public void Dispose() => _socket.Dispose();

    private async Task<JsonElement?> Next()
    {
        var buffer = new byte[16_384];
        while (_read.Count == 0)
        {
            try
            {
                var length = 0;
                ValueWebSocketReceiveResult received;
                do
                {
                    received = await _socket.ReceiveAsync(buffer.AsMemory(length), TestContext.Current.CancellationToken).AsTask().OrHang("something of the live connection");
                    length += received.Count;
                }
                while (!received.EndOfMessage);
                if (received.MessageType == WebSocketMessageType.Close)
                    return null;
                foreach (var message in Encoding.UTF8.GetString(buffer, 0, length).Split('\u001e', StringSplitOptions.RemoveEmptyEntries))
                {
                    using var document = JsonDocument.Parse(message);
                    _read.Enqueue(document.RootElement.Clone());
                }
            }
            catch (WebSocketException)
            {
                return null;
            }
        }

        return _read.Dequeue() is var next && next.TryGetProperty("type", out var type) && type.GetInt32() == 7 ? null : next;
    }
}
