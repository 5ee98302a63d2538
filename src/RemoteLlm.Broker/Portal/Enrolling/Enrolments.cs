using System.Net;
using System.Security.Cryptography;
using RemoteLlm.Hosting.Edge.Keys;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Enrolment;

namespace RemoteLlm.Broker.Portal.Enrolling;

/// <summary>
/// Connectors that want to enrol, in memory alone: whoever restarts the broker has them ask anew. The token is made when an approved connector asks for it, so that none waits anywhere.
/// </summary>
internal sealed class Enrolments(TimeProvider time)
{
    /// <summary>How long a code is good: an operator is fetched to a screen within it.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>Least time between two questions for one token.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>How many may wait at once, and of one address.</summary>
    public const int Most = 100;

    /// <inheritdoc cref="Most"/>
    public const int MostOfAddress = 5;

    private readonly Lock _gate = new();
    private readonly List<Entry> _entries = [];

    /// <summary>Something has changed that operators see. Must return at once.</summary>
    public event Action? Changed;

    /// <summary>Those that nobody has decided about, the oldest first.</summary>
    public IReadOnlyList<Enrolment> Pending
    {
        get
        {
            lock (_gate)
            {
                Forget_NeedsLock();
                return [.. _entries.Select(static entry => entry.Enrolment).Where(static one => one.State == EnrolmentState.Pending)];
            }
        }
    }

    /// <summary>Takes one in.</summary>
    /// <param name="name">What it wants to be called.</param>
    /// <param name="software">Its release.</param>
    /// <param name="machine">The name of its machine.</param>
    /// <param name="address">Where it asks from.</param>
    /// <param name="deviceCode">What it asks for its token with: 256 bits of chance; only its digest is kept.</param>
    /// <returns>Null when too many wait already.</returns>
    public Enrolment? Begin(string name, string software, string machine, IPAddress? address, out string deviceCode)
    {
        deviceCode = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var subscriber = SubscriberAddress.Of(address ?? IPAddress.None);
        Enrolment made;
        lock (_gate)
        {
            Forget_NeedsLock();
            if (_entries.Count >= Most || _entries.Count(entry => entry.Subscriber.Equals(subscriber)) >= MostOfAddress)
                return null;
            string code;
            do
            {
                code = UserCode.Generate();
            }
            while (_entries.Exists(entry => entry.Enrolment.Code == code));
            var now = time.GetUtcNow();
            made = new Enrolment(code, name, software, machine, address?.ToString() ?? "unknown", now, now + Lifetime);
            _entries.Add(new Entry(made, KeyDigest.Of(deviceCode), subscriber, time.GetTimestamp()));
        }

        Changed?.Invoke();
        return made;
    }

    /// <summary>The enrolment of a code as it is shown; null when there is none, or no longer.</summary>
    public Enrolment? Find(string code)
    {
        lock (_gate)
        {
            Forget_NeedsLock();
            return _entries.Find(entry => entry.Enrolment.Code == code)?.Enrolment;
        }
    }

    /// <summary>An operator decides.</summary>
    /// <param name="code">The code as it is shown.</param>
    /// <param name="state">Approved or denied.</param>
    /// <param name="name">The connector's name.</param>
    /// <param name="by">Who.</param>
    /// <returns>As it is now; null when it was not there to be decided, or was decided already.</returns>
    public Enrolment? Decide(string code, EnrolmentState state, string name, string by)
    {
        Enrolment? decided = null;
        lock (_gate)
        {
            Forget_NeedsLock();
            if (_entries.Find(entry => entry.Enrolment.Code == code && entry.Enrolment.State == EnrolmentState.Pending) is { } entry)
                entry.Enrolment = decided = entry.Enrolment with { State = state, Name = name, DecidedBy = by, Problem = null };
        }

        if (decided is not null)
            Changed?.Invoke();
        return decided;
    }

    /// <summary>Whether an approved connector that has yet to fetch its token will have this name.</summary>
    public bool IsPromised(string name)
    {
        lock (_gate)
        {
            Forget_NeedsLock();
            return _entries.Exists(entry => entry.Enrolment is { State: EnrolmentState.Approved } approved && approved.Name == name);
        }
    }

    /// <summary>A connector asks for its token (RFC 8628, section 3.5). One that is approved is taken out: it gets one token, however often it asks at the same time.</summary>
    public EnrolmentPoll Poll(string deviceCode)
    {
        var digest = KeyDigest.Of(deviceCode);
        EnrolmentPoll answer;
        lock (_gate)
        {
            Forget_NeedsLock();
            if (_entries.Find(entry => entry.Device == digest) is not { } entry)
                return new EnrolmentPoll(DeviceFlow.ExpiredToken, null);
            if (entry.Enrolment.State == EnrolmentState.Pending)
                return new EnrolmentPoll(IsTooSoon_NeedsLock(entry) ? DeviceFlow.SlowDown : DeviceFlow.AuthorizationPending, null);
            _entries.Remove(entry);
            answer = entry.Enrolment.State == EnrolmentState.Denied ? new EnrolmentPoll(DeviceFlow.AccessDenied, null) : new EnrolmentPoll(null, entry.Enrolment);
        }

        Changed?.Invoke();
        return answer;
    }

    /// <summary>An approved connector could not be listed under its name: an operator has to decide anew.</summary>
    public void Reopen(Enrolment enrolment, string deviceCode, string problem)
    {
        lock (_gate)
            _entries.Add(new Entry(enrolment with { State = EnrolmentState.Pending, DecidedBy = null, Problem = problem }, KeyDigest.Of(deviceCode), IPAddress.None, time.GetTimestamp()));
        Changed?.Invoke();
    }

    private bool IsTooSoon_NeedsLock(Entry entry)
    {
        var now = time.GetTimestamp();
        // Clocks of both ends and the way between them are not that exact.
        var soon = time.GetElapsedTime(entry.AskedAt, now) < entry.Interval * 0.8;
        entry.AskedAt = now;
        if (soon)
            entry.Interval += DeviceFlow.SlowDownBy;
        return soon;
    }

    private void Forget_NeedsLock()
    {
        var now = time.GetUtcNow();
        _entries.RemoveAll(entry => entry.Enrolment.ExpiresAt <= now);
    }

    private sealed class Entry(Enrolment enrolment, KeyDigest device, IPAddress subscriber, long askedAt)
    {
        public Enrolment Enrolment { get; set; } = enrolment;

        public KeyDigest Device { get; } = device;

        public IPAddress Subscriber { get; } = subscriber;

        public long AskedAt { get; set; } = askedAt;

        public TimeSpan Interval { get; set; } = Enrolments.Interval;
    }
}
