using System.Globalization;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Connector.Scheduling;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Connector.Relay;

/// <summary>What a request that waits for its slot is told of the queue. It outlives the wait: the figures of then are those of one that has its slot.</summary>
internal sealed class QueueWatch(Dispatcher dispatcher, TimeProvider time)
{
    private ISlotSeeker? _seeker;
    private long _began;
    private TimeSpan _before;

    /// <summary>Where it stands; null when it waits no more.</summary>
    public QueuePlace? Place => Volatile.Read(ref _seeker) is { } seeker ? dispatcher.PlaceOf(seeker) : null;

    /// <summary>How long it waited, all servers together.</summary>
    public TimeSpan Waited => Volatile.Read(ref _seeker) is null ? _before : _before + time.GetElapsedTime(_began);

    /// <summary>A wait begins.</summary>
    public void Begin(ISlotSeeker seeker)
    {
        _began = time.GetTimestamp();
        Volatile.Write(ref _seeker, seeker);
    }

    /// <summary>It is over.</summary>
    public void End()
    {
        _before = Waited;
        Volatile.Write(ref _seeker, null);
    }

    /// <summary>Writes the figures into the answer's headers, as they are now: <c>POSITION; wait=SECONDS; waited=SECONDS</c>, where 0 has its slot and an unknown wait is left out.</summary>
    public void Write(HttpResponse response)
    {
        var place = Place ?? new QueuePlace(0, TimeSpan.Zero);
        var wait = place.Wait is { } known ? "; wait=" + Seconds(known) : "";
        response.Headers[TunnelHeaders.Queue] = string.Create(CultureInfo.InvariantCulture, $"{place.Position}{wait}; waited={Seconds(Waited)}");
    }

    private static string Seconds(TimeSpan span) => span.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture);
}
