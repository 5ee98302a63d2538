using Microsoft.AspNetCore.Http;
using RemoteLlm.Hosting.Answers;
using RemoteLlm.Protocol.Dialects.Streams;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Connector.Relay;

/// <summary>
/// A streamed answer on its way to the client, from before the LLM server has said anything: while nothing comes it gets heartbeats of its dialect. The first
/// one promises status 200; whatever fails after it is told inside the stream.
/// </summary>
internal sealed class AnswerStream : IDisposable
{
    /// <summary>Silence before each heartbeat. Source: API.md; the shortest timeout known of a client is 30 s.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private readonly HttpContext _context;
    private readonly Exchange _exchange;
    private readonly ActivityClock _clock;
    private readonly TimeProvider _time;
    private readonly ITimer? _beats;
    private readonly Func<ReadOnlyMemory<byte>> _words;
    private long _lastByte;
    private bool _beaten;

    /// <summary>Begins to give heartbeats.</summary>
    /// <param name="context">The request.</param>
    /// <param name="exchange">Its facts.</param>
    /// <param name="format">How the answer streams.</param>
    /// <param name="clock">The clock of the request.</param>
    /// <param name="clientWrite">Longest time in which nothing of the answer is taken; zero is no limit.</param>
    /// <param name="time">Where time comes from.</param>
    public AnswerStream(HttpContext context, Exchange exchange, StreamFormat format, ActivityClock clock, TimeSpan clientWrite, TimeProvider time)
    {
        (_context, _exchange, _clock, _time, Format) = (context, exchange, clock, time, format);
        Tracker = StreamTracker.For(format);
        Interlude = new Interlude(context.Response.BodyWriter, clock, clientWrite);
        _words = Words;
        _lastByte = time.GetTimestamp();
        if (Heartbeat.Exists(format))
            _beats = time.CreateTimer(static stream => ((AnswerStream)stream!).Tick(), this, Silence, Timeout.InfiniteTimeSpan);
    }

    public StreamFormat Format { get; }

    /// <summary>Where the stream stands as the client sees it.</summary>
    public StreamTracker Tracker { get; }

    public Interlude Interlude { get; }

    /// <summary>Status and headers are out: by a heartbeat, or because the answer has begun.</summary>
    public bool Begun => _context.Response.HasStarted;

    /// <summary>True when it was the client's fault that a wait ended.</summary>
    public bool ClientFailed => _clock.ClientGone || Interlude.ClientFailed;

    /// <summary>Waits for something, with heartbeats.</summary>
    /// <param name="work">What is awaited; it ends with the clock.</param>
    public async Task<T> WaitAsync<T>(Task<T> work)
    {
        Interlude.Begin();
        try
        {
            return await work;
        }
        finally
        {
            await Interlude.EndAsync();
        }
    }

    /// <summary>Bytes go to the client.</summary>
    public void OnDelivered(ReadOnlySpan<byte> bytes)
    {
        Tracker.Observe(bytes);
        Volatile.Write(ref _lastByte, _time.GetTimestamp());
    }

    public void Dispose() => _beats?.Dispose();

    private void Tick()
    {
        var left = Silence - _time.GetElapsedTime(Volatile.Read(ref _lastByte));
        if (left <= TimeSpan.Zero)
        {
            _ = Interlude.SpeakSoonAsync(_words).AsTask();
            left = Silence;
        }

        // A timer that was disposed meanwhile stays so.
        _beats!.Change(left, Timeout.InfiniteTimeSpan);
    }

    private ReadOnlyMemory<byte> Words()
    {
        // What had to wait for its moment may have been overtaken by an event.
        if (!Tracker.AtBoundary || Tracker.DoneSeen || _time.GetElapsedTime(Volatile.Read(ref _lastByte)) < Silence)
            return default;
        if (!Begun)
            Begin();
        var words = _exchange.Queue?.Place is { } place && Heartbeat.OfQueue(Format, place.Position, place.Wait) is { } queued
            ? queued
            : Heartbeat.Of(Format, _exchange.Model ?? "", Tracker, first: !_beaten, _exchange.BillingId, _time.GetUtcNow());
        _beaten = true;
        Volatile.Write(ref _lastByte, _time.GetTimestamp());
        return words;
    }

    private void Begin()
    {
        _context.Response.StatusCode = StatusCodes.Status200OK;
        _context.Response.ContentType = AnswerType.Of(Format);
        _context.Response.Headers.CacheControl = "no-cache";
        _exchange.Queue?.Write(_context.Response);
    }
}
