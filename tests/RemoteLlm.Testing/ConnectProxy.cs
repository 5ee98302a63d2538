using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RemoteLlm.Testing;

/// <summary>
/// A small proxy that does CONNECT (RFC 9110, section 9.3.6) and nothing else. Whatever host it is asked for, it leads to one port of this machine, so
/// that a broker can have a name that resolves nowhere.
/// </summary>
public sealed class ConnectProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _asked = new();
    private readonly ConcurrentBag<Task> _served = [];
    private readonly int _target;
    private readonly Task _accepting;

    /// <summary>Starts one at a free port of loopback.</summary>
    /// <param name="target">The port to which it leads.</param>
    public ConnectProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>User and password that it wants, joined by a colon; null for none.</summary>
    public string? Credentials { get; init; }

    /// <summary>What it answers to a CONNECT that it does not refuse for want of credentials; 200 lets it through.</summary>
    public int Answer { get; init; } = 200;

    /// <summary>The request lines so far.</summary>
    public IReadOnlyCollection<string> Asked => _asked;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_served).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
            _served.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            var near = client.GetStream();
            var head = await HeadAsync(near);
            _asked.Enqueue(head.Split("\r\n")[0]);
            var allowed = Credentials is null || head.Contains($"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(Credentials))}\r\n", StringComparison.OrdinalIgnoreCase);
            if (!allowed || Answer != 200)
            {
                await WriteAsync(near, allowed ? $"HTTP/1.1 {Answer} No" : "HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic realm=\"office\"", "Content-Length: 0\r\nConnection: close");
                return;
            }

            using var target = new TcpClient();
            await target.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
            await WriteAsync(near, "HTTP/1.1 200 Connected", "Via: 1.1 test");
            var far = target.GetStream();
            await Task.WhenAny(near.CopyToAsync(far, _stop.Token), far.CopyToAsync(near, _stop.Token));
        }
    }

    private async Task<string> HeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one, _stop.Token) == 1)
            head.Append((char)one[0]);
        return head.ToString();
    }

    private async Task WriteAsync(NetworkStream stream, string first, string rest) => await stream.WriteAsync(Encoding.ASCII.GetBytes($"{first}\r\n{rest}\r\n\r\n"), _stop.Token);
}
