using System.Collections.Concurrent;
using System.Net;
using System.Text;
using RemoteLlm.Connector.Servers;

namespace RemoteLlm.Connector.Tests.Servers.Kinds;

/// <summary>A server without a socket that knows a few answers; to all else it says 404.</summary>
internal sealed class FakeServer : HttpMessageHandler
{
    private readonly ConcurrentQueue<string> _asked = new();
    private int _now;
    private int _mostAtOnce;

    public FakeServer(string address = "http://localhost:1", string? software = null)
    {
        Software = software;
        Query = new ServerQuery(new HttpMessageInvoker(this), ServerAddress.Parse(address), null);
    }

    public ServerQuery Query { get; }

    public string? Software { get; }

    /// <summary>Bodies by path and query; a status in front, as in <c>503 {}</c>, is used in place of 200.</summary>
    public Dictionary<string, string> Answers { get; } = [];

    /// <summary>Answers what <see cref="Answers"/> does not know, from the path and the request's body; null is 404.</summary>
    public Func<string, string, string?> Otherwise { get; set; } = (_, _) => null;

    /// <summary>Where the next requests have to wait; null for nowhere.</summary>
    public Task? Gate { get; set; }

    /// <summary>What was asked since the last call: method, path and, after a space, the body.</summary>
    public IReadOnlyList<string> TakeAsked()
    {
        var asked = new List<string>();
        while (_asked.TryDequeue(out var one))
            asked.Add(one);
        return asked;
    }

    /// <summary>How many requests there were at most at a time.</summary>
    public int MostAtOnce => _mostAtOnce;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.PathAndQuery;
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        _asked.Enqueue($"{request.Method} {path} {body}".TrimEnd());
        var now = Interlocked.Increment(ref _now);
        lock (_asked)
            _mostAtOnce = Math.Max(_mostAtOnce, now);
        if (Gate is { } gate)
            await gate.WaitAsync(cancellationToken);
        Interlocked.Decrement(ref _now);

        var answer = Answers.GetValueOrDefault(path) ?? Otherwise(path, body) ?? "404 {}";
        var status = answer is [>= '1' and <= '5', _, _, ' ', ..] ? int.Parse(answer[..3], System.Globalization.CultureInfo.InvariantCulture) : 200;
        var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(status == 200 ? answer : answer[4..], Encoding.UTF8, "application/json") };
        if (Software is not null)
            response.Headers.TryAddWithoutValidation("Server", Software);
        return response;
    }
}
