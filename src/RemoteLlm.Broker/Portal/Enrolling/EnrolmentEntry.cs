using System.Net;
using RemoteLlm.Hosting.Edge.Keys;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Enrolment;

namespace RemoteLlm.Broker.Portal.Enrolling;

/// <summary>An enrolment and what only the broker knows of it. Whoever reads or changes one holds the lock of <see cref="Enrolments"/>.</summary>
/// <param name="enrolment">What operators are shown.</param>
/// <param name="device">Of its device code.</param>
/// <param name="address">Where it asked from.</param>
/// <param name="begunAt">When, by the clock that nobody sets.</param>
internal sealed class EnrolmentEntry(Enrolment enrolment, KeyDigest device, IPAddress address, long begunAt)
{
    private long _askedAt = begunAt;
    private TimeSpan _interval = Enrolments.Interval;

    public Enrolment Enrolment { get; set; } = enrolment;

    public KeyDigest Device { get; } = device;

    /// <summary>Who asked, as callers are counted.</summary>
    public IPAddress Subscriber { get; } = SubscriberAddress.Of(address);

    /// <summary>Where that is, roughly (<see cref="EnrolmentPlaces.NetworkOf"/>).</summary>
    public IPAddress Network { get; } = EnrolmentPlaces.NetworkOf(address);

    public long BegunAt { get; } = begunAt;

    /// <summary>Whether its token is being made and listed.</summary>
    public bool IsMaking { get; set; }

    /// <summary>Counts a question; whether it came before its time, after which the next has to wait longer (RFC 8628, section 3.5).</summary>
    public bool IsTooSoon(TimeProvider time)
    {
        var now = time.GetTimestamp();
        // Clocks of both ends and the way between them are not that exact.
        var soon = time.GetElapsedTime(_askedAt, now) < _interval * 0.8;
        _askedAt = now;
        if (soon)
            _interval += DeviceFlow.SlowDownBy;
        return soon;
    }
}
