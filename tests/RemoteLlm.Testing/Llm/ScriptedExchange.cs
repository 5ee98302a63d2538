using System.Globalization;
using System.Text;

namespace RemoteLlm.Testing.Llm;

/// <summary>One request and the means to answer it, byte by byte if a test wants. Each send is one write to the socket, at once.</summary>
public sealed class ScriptedExchange
{
    private readonly ScriptedConnection _connection;
    private bool _chunked;

    internal ScriptedExchange(ScriptedConnection connection, ScriptedRequest request, int ordinalOnConnection)
    {
        _connection = connection;
        Request = request;
        OrdinalOnConnection = ordinalOnConnection;
    }

    /// <summary>What was asked.</summary>
    public ScriptedRequest Request { get; }

    /// <summary>0 for the first request of its connection: more than that came over a reused one.</summary>
    public int OrdinalOnConnection { get; }

    /// <summary>Completes when the client closes or resets this connection, with the <see cref="System.Diagnostics.Stopwatch"/> timestamp of that moment.</summary>
    public Task<long> PeerClosed => _connection.PeerClosed;

    /// <summary>Cancelled when the client closes the connection or the server is disposed: pass it to whatever a script waits for.</summary>
    public CancellationToken PeerGone => _connection.PeerGone;

    /// <summary>Close the connection when the script returns, whatever was announced.</summary>
    public bool CloseAfterwards { get; set; }

    internal bool Answered { get; private set; }

    /// <summary>Sends the head of a chunked answer; the default is a stream of events that announces keep-alive unless the client asked to close.</summary>
    public Task SendHeaders(int status = 200, string contentType = "text/event-stream", params (string Name, string Value)[] headers)
    {
        _chunked = true;
        return SendHead(status, [("Content-Type", contentType), ("Transfer-Encoding", "chunked"), .. headers]);
    }

    /// <summary>Sends one HTTP chunk.</summary>
    public Task SendChunk(ReadOnlyMemory<byte> bytes) => SendRaw((byte[])
        [.. Encoding.ASCII.GetBytes(bytes.Length.ToString("x", CultureInfo.InvariantCulture)), .. "\r\n"u8, .. bytes.Span, .. "\r\n"u8]);

    /// <summary>Sends one HTTP chunk.</summary>
    public Task SendChunk(string text) => SendChunk(Encoding.UTF8.GetBytes(text));

    /// <summary>Sends one event in a chunk of its own: <c>data: …</c> and the blank line.</summary>
    public Task SendEvent(string data) => SendChunk($"data: {data}\n\n");

    /// <summary>Ends a chunked answer properly. A script that simply returns gets this too.</summary>
    public Task End()
    {
        _chunked = false;
        return SendRaw("0\r\n\r\n");
    }

    /// <summary>Sends a whole answer with its length.</summary>
    public Task SendJson(string body, int status = 200, params (string Name, string Value)[] headers) =>
        SendHead(status, [("Content-Type", "application/json; charset=utf-8"), .. headers], Encoding.UTF8.GetBytes(body));

    /// <summary>Sends bytes as they are, outside of HTTP if need be.</summary>
    public Task SendRaw(ReadOnlyMemory<byte> bytes)
    {
        Answered = true;
        return _connection.Send(bytes);
    }

    /// <summary>Sends text as it is.</summary>
    public Task SendRaw(string text) => SendRaw(Encoding.UTF8.GetBytes(text));

    /// <summary>Resets the connection: the client sees it break.</summary>
    public void Cut() => _connection.Cut();

    /// <summary>Closes the connection in good order, in mid-answer if need be: the client sees an early end.</summary>
    public void Close() => _connection.Close();

    internal Task EndIfOpen() => _chunked ? End() : Task.CompletedTask;

    private Task SendHead(int status, IEnumerable<(string Name, string Value)> headers, byte[]? body = null)
    {
        var head = new StringBuilder($"HTTP/1.1 {status} Scripted\r\nConnection: {(Request.WantsClose ? "close" : "keep-alive")}\r\n");
        foreach (var (name, value) in headers)
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        if (body is not null)
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n");
        return SendRaw((byte[])[.. Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), .. body ?? []]);
    }
}
