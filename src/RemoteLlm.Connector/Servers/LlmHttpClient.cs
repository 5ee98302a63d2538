using System.Net;
using System.Text;
using RemoteLlm.Connector.Servers.Registry;

namespace RemoteLlm.Connector.Servers;

/// <summary>
/// The way to one LLM server: a pool of kept connections, and a second way that always makes a new one. The second is for servers that close
/// a connection they promised to keep (see <see cref="ResponseHabits"/>), and for the one retry after such a failure: on the pool it could
/// meet the next dead connection.
/// </summary>
public sealed class LlmHttpClient : IDisposable
{
    /// <summary>
    /// How long an unused connection is kept: 2 s. llama-server lends each idle connection one of its few HTTP threads, and closes it
    /// after 5 s; shorter than that, we are never the second to notice.
    /// </summary>
    public static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Opens nothing yet.</summary>
    public LlmHttpClient(ServerEntry entry)
    {
        Pooled = new HttpMessageInvoker(CreateHandler(entry, entry.IdleConnection));
        Fresh = new HttpMessageInvoker(CreateHandler(entry, TimeSpan.Zero));
    }

    /// <summary>Keeps connections for the next request.</summary>
    public HttpMessageInvoker Pooled { get; }

    /// <summary>Makes a connection for each request and closes it afterwards.</summary>
    public HttpMessageInvoker Fresh { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Pooled.Dispose();
        Fresh.Dispose();
    }

    private static SocketsHttpHandler CreateHandler(ServerEntry entry, TimeSpan idleTimeout) => new()
    {
        // What the server says is passed on as it is: no following, no cookie jar, no unpacking.
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseProxy = entry.Proxy is not null,
        Proxy = entry.Proxy is null ? null : new WebProxy(entry.Proxy),
        ConnectTimeout = entry.Clocks.Connect == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : entry.Clocks.Connect,

        // Zero: no connection is ever used again.
        PooledConnectionIdleTimeout = idleTimeout,

        // A name may move to another machine; connections in use are not touched.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),

        // By default a cancelled answer is read on for up to 2 s: the GPU would go on for as long.
        ResponseDrainTimeout = TimeSpan.Zero,
        MaxResponseHeadersLength = 64,

        // A cap here would be a queue that nobody sees. Who may run is decided before.
        MaxConnectionsPerServer = int.MaxValue,
        ActivityHeadersPropagator = null,

        // What a client sent crosses the tunnel as UTF-8, and goes on as it came.
        RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        ResponseHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
    };
}
