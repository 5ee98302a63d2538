using System.Collections.Concurrent;
using System.Net.Sockets;

namespace RemoteLlm.Connector.Servers;

/// <summary>
/// What we have learned of a server's ways. llama-server announces keep-alive on a stream and closes the connection
/// right after it; a third of back-to-back streams then fails on a pooled connection before a single byte has come. The first such failure
/// teaches us: from then on streams get a connection of their own.
/// </summary>
public sealed class ResponseHabits(TimeProvider time)
{
    /// <summary>How long it is remembered that a server does not serve an endpoint for a model: its owner may start it anew with another setting.</summary>
    public static readonly TimeSpan LackRemembered = TimeSpan.FromMinutes(10);

    // Paths are a few, and so are a server's models that are asked for at the wrong one.
    private const int MaxLacks = 1_000;

    private readonly ConcurrentDictionary<(string Path, string Model), long> _lacks = new();
    private volatile RerankWay _rerankWay = RerankWay.Usual;
    private volatile bool _closesAfterStreams;
    private volatile bool _refusesUsage;

    /// <summary>How it takes rerank requests, as far as is known.</summary>
    internal RerankWay RerankWay
    {
        get => _rerankWay;
        set => _rerankWay = value;
    }

    /// <summary>Whether a stream may be asked for its usage: a few servers refuse the whole request for it.</summary>
    public bool TakesUsageRequest => !_refusesUsage;

    /// <summary>Whether to ask for the connection to be closed after the answer, and to send on <see cref="LlmHttpClient.Fresh"/>.</summary>
    /// <param name="streaming">Whether the request asks for a stream.</param>
    public bool SendConnectionClose(bool streaming) => streaming && _closesAfterStreams;

    /// <summary>Says that a request on a kept connection failed before a byte of its answer came, and was sent again.</summary>
    public void ObserveRetriedFailure() => _closesAfterStreams = true;

    /// <summary>Whether that may be the reason of a refusal, so that the request should be sent again without.</summary>
    /// <param name="status">The refusal's status.</param>
    /// <param name="body">What was read of it.</param>
    public static bool MayRefuseUsage(int status, ReadOnlySpan<byte> body) =>
        status is 400 or 422 && (body.IndexOf("stream_options"u8) >= 0 || body.IndexOf("include_usage"u8) >= 0);

    /// <summary>Says that a request which was refused was taken without asking for usage: it was the reason. A refusal alone proves nothing, since servers repeat what they refuse.</summary>
    public void ObserveUsageRefusal() => _refusesUsage = true;

    /// <summary>Whether the server said lately that it does not serve the endpoint for the model.</summary>
    public bool Lacks(string path, string model) => !_lacks.IsEmpty && _lacks.TryGetValue((path, model), out var at) && time.GetElapsedTime(at) < LackRemembered;

    /// <summary>Says that it does not.</summary>
    public void ObserveLack(string path, string model)
    {
        if (_lacks.Count >= MaxLacks)
            _lacks.Clear();
        _lacks[(path, model)] = time.GetTimestamp();
    }

    /// <summary>
    /// Whether a failure thrown by <c>SendAsync</c> on the pool means that the connection was dead, so that a second try on a fresh one is
    /// right. Never ask it of a failure to read the body of an answer: its head has come already.
    /// </summary>
    /// <remarks>
    /// What <see cref="SocketsHttpHandler"/> throws, tried with real sockets on .NET 10: closed in good order before the answer, a
    /// <see cref="HttpIOException"/> of <see cref="HttpRequestError.ResponseEnded"/>; reset while we wait, an <see cref="IOException"/> with
    /// <see cref="SocketError.ConnectionReset"/>; gone while a large body is written, one with <see cref="SocketError.Shutdown"/> (broken pipe)
    /// or, on Windows, <see cref="SocketError.ConnectionAborted"/>; the error code is then <see cref="HttpRequestError.Unknown"/>. A head that breaks off half-way looks
    /// the same as none: nothing of it was passed on, so a second try is as right. Refused, unknown host, timeout and bytes that are not
    /// HTTP have codes of their own and are not retried: trying again at once cannot help.
    /// </remarks>
    public static bool IsRetryable(HttpRequestException failure) => failure switch
    {
        { StatusCode: not null } => false,
        { HttpRequestError: HttpRequestError.ResponseEnded } => true,
        { HttpRequestError: HttpRequestError.Unknown, InnerException: IOException { InnerException: SocketException socket } } =>
            socket.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown or SocketError.ConnectionAborted,
        _ => false,
    };
}
