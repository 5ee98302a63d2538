using System.Net;
using System.Security.Cryptography;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Enrolment;

namespace RemoteLlm.Broker.Portal.Enrolling;

/// <summary>
/// Connectors that want to enrol, in memory alone: whoever restarts the broker has them ask anew. The token is made when an approved connector asks for it, so that none waits for its first fetch.
/// </summary>
internal sealed class Enrolments(TimeProvider time)
{
    /// <summary>How long a code is good: an operator is fetched to a screen within it.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>Least time between two questions for one token.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly List<EnrolmentEntry> _entries = [];

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
    /// <returns>Null when too many wait already (<see cref="EnrolmentPlaces"/>).</returns>
    public Enrolment? Begin(string name, string software, string machine, IPAddress? address, out string deviceCode)
    {
        deviceCode = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        Enrolment made;
        lock (_gate)
        {
            Forget_NeedsLock();
            var asks = address ?? IPAddress.None;
            if (!EnrolmentPlaces.IsRoom(_entries, asks, name, out var givesWay))
                return null;
            if (givesWay is not null)
                _entries.Remove(givesWay);
            string code;
            do
            {
                code = UserCode.Generate();
            }
            while (_entries.Exists(entry => entry.Enrolment.Code == code));
            var now = time.GetUtcNow();
            made = new Enrolment(code, name, software, machine, address?.ToString() ?? "unknown", now, now + Lifetime);
            _entries.Add(new EnrolmentEntry(made, KeyDigest.Of(deviceCode), asks, time.GetTimestamp()));
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

    /// <summary>
    /// A connector asks for its token (RFC 8628, section 3.5). Of an approved one that asks several times at once, one question is told to make the token; the others hear that it is not there yet.
    /// </summary>
    public EnrolmentPoll Poll(string deviceCode)
    {
        var digest = KeyDigest.Of(deviceCode);
        lock (_gate)
        {
            Forget_NeedsLock();
            switch (_entries.Find(entry => entry.Device == digest))
            {
                case { Enrolment.State: EnrolmentState.Pending } entry:
                    return new EnrolmentPoll(entry.IsTooSoon(time) ? DeviceFlow.SlowDown : DeviceFlow.AuthorizationPending, null);
                case { Enrolment.State: EnrolmentState.Approved, IsMaking: true }:
                    return new EnrolmentPoll(DeviceFlow.AuthorizationPending, null);
                case { Enrolment.State: EnrolmentState.Approved } entry:
                    entry.IsMaking = true;
                    return new EnrolmentPoll(null, entry.Enrolment);
                case { Enrolment.State: EnrolmentState.Denied } entry:
                    _entries.Remove(entry);
                    return new EnrolmentPoll(DeviceFlow.AccessDenied, null);
                default:
                    return new EnrolmentPoll(DeviceFlow.ExpiredToken, null);
            }
        }
    }

    /// <summary>The token of an approved connector is made, and listed: from now on <see cref="HandedTokens"/> knows of it.</summary>
    public void Fetched(string code) => Settle(code, static enrolment => enrolment with { State = EnrolmentState.Fetched });

    /// <summary>An approved connector could not be listed under its name: an operator has to decide anew.</summary>
    public void Reopen(string code, string problem) => Settle(code, enrolment => enrolment with { State = EnrolmentState.Pending, DecidedBy = null, Problem = problem });

    private void Settle(string code, Func<Enrolment, Enrolment> change)
    {
        lock (_gate)
        {
            if (_entries.Find(entry => entry.Enrolment.Code == code) is { } entry)
                (entry.Enrolment, entry.IsMaking) = (change(entry.Enrolment), false);
        }

        Changed?.Invoke();
    }

    // By the clock that nobody sets: people set the other one while a connector waits. One that is being listed is not forgotten under the hands of who lists it.
    private void Forget_NeedsLock()
    {
        var now = time.GetTimestamp();
        _entries.RemoveAll(entry => !entry.IsMaking && time.GetElapsedTime(entry.BegunAt, now) >= Lifetime);
    }
}
