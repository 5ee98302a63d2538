using System.Runtime.CompilerServices;
using Microsoft.Extensions.Hosting;
using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Connector.Access.Local;

/// <summary>
/// What the owner of this machine allows of what the roster allows. It narrows and never widens: it makes an entry of the roster into one with lower limits and fewer models, or into
/// none, and it says whether sharing is open.
/// </summary>
/// <remarks>
/// It holds for requests of the tunnel and for those of the broker's users at the LAN port. The LAN port's own keys are the owner's: nothing here holds for them, pause and hours included.
/// </remarks>
internal sealed class LocalAccess : IHostedService, IDisposable
{
    /// <summary>Longest time between two looks at the wall's clock while there are hours: 1 min, for clocks that are put forward or back, and machines that slept.</summary>
    private static readonly TimeSpan s_look = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly AccessFile? _file;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private State _state;

    /// <summary>Takes the rules in force.</summary>
    /// <param name="files">Where they come from; none for a connector without a data folder, where nothing is narrowed.</param>
    /// <param name="time">Where time comes from, and the time zone of the machine.</param>
    public LocalAccess(IEnumerable<AccessFile> files, TimeProvider time)
    {
        (_file, _time) = (files.SingleOrDefault(), time);
        var rules = _file?.Current ?? AccessRules.None;
        _state = new State(rules, [], SharingStanding.Of(rules, time.GetUtcNow(), time.LocalTimeZone));
        _timer = time.CreateTimer(static access => ((LocalAccess)access!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (_file is not null)
            _file.Changed += Look;
    }

    /// <summary>Other rules are in force, or sharing has opened or closed. Must return at once.</summary>
    public event Action? Changed;

    /// <summary>The rules in force.</summary>
    public AccessRules Rules => Volatile.Read(ref _state).Rules;

    /// <summary>Why the file as it is now is not in force; null when it is.</summary>
    public FileProblem? Problem => _file?.Problem;

    /// <summary>Whether sharing is open now, and until when.</summary>
    public SharingStanding Standing
    {
        get
        {
            if (!Volatile.Read(ref _state).Standing.HoldsAt(_time.GetUtcNow()))
                Look();
            return Volatile.Read(ref _state).Standing;
        }
    }

    /// <summary>The entry in force here; null when its user is not served. Narrowed once an entry, so that a request costs a look-up.</summary>
    public RosterEntry? Narrow(RosterEntry entry)
    {
        var (rules, narrowed, _) = Volatile.Read(ref _state);
        if (ReferenceEquals(rules, AccessRules.None))
            return entry;
        if (!narrowed.TryGetValue(entry, out var known))
            known = narrowed.GetValue(entry, key => new StrongBox<RosterEntry?>(rules.Narrow(key)));
        return known.Value;
    }

    /// <summary>Whether a model is shared.</summary>
    public bool ModelAllowed(string model) => Rules.Shares(model);

    /// <summary>What a known key comes to here: its entry in force, or the refusal with the entry that it is of.</summary>
    public (RosterEntry Entry, ApiError? Error) Judge(RosterEntry entry)
    {
        var now = _time.GetUtcNow();
        if (entry.Refusal(now) is { } refusal)
            return (entry, refusal);
        if (Narrow(entry) is not { } narrowed)
            return (entry, ApiErrors.NotAllowedHere());
        return Standing is { State: not SharingState.Open } closed ? (narrowed, ApiErrors.SharingPaused(closed.OpensAt, now)) : (narrowed, null);
    }

    /// <summary>Whether a refusal is that of this machine's owner: elsewhere the same request may be served.</summary>
    public static bool IsOwners(ApiError refusal) => refusal.Code is "sharing_paused" or "not_allowed_here";

    /// <summary>Begins to look at the clock, after the file was read.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Look();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        if (_file is not null)
            _file.Changed -= Look;
        _timer.Dispose();
    }

    private void Look()
    {
        bool changed;
        lock (_gate)
        {
            var before = _state;
            var rules = _file?.Current ?? AccessRules.None;
            var standing = SharingStanding.Of(rules, _time.GetUtcNow(), _time.LocalTimeZone);
            changed = !ReferenceEquals(rules, before.Rules) || (standing.State, standing.Until) != (before.Standing.State, before.Standing.Until);
            Volatile.Write(ref _state, ReferenceEquals(rules, before.Rules) ? before with { Standing = standing } : new State(rules, [], standing));
            Arm(rules, standing);
        }

        if (changed)
            Changed?.Invoke();
    }

    private void Arm(AccessRules rules, SharingStanding standing)
    {
        if (rules is { Paused: true } or { Hours: null })
        {
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        // A timer that fires a little early looks again: a whole millisecond more.
        var left = standing.Until - _time.GetUtcNow() + TimeSpan.FromMilliseconds(1);
        _timer.Change(left < s_look ? TimeSpan.FromTicks(Math.Max(left.Value.Ticks, TimeSpan.TicksPerMillisecond)) : s_look, Timeout.InfiniteTimeSpan);
    }

    private sealed record State(AccessRules Rules, ConditionalWeakTable<RosterEntry, StrongBox<RosterEntry?>> Narrowed, SharingStanding Standing);
}
