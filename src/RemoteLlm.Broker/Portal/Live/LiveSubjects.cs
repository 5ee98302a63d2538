using Microsoft.AspNetCore.SignalR;

namespace RemoteLlm.Broker.Portal.Live;

/// <summary>Says to open pages that what they show has changed. They fetch it anew: what is pushed carries nothing.</summary>
internal sealed class LiveSubjects
{
    /// <summary>Between two pushes of one subject. What changes meanwhile is one push.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, Subject> _subjects;
    private readonly TimeProvider _time;

    public LiveSubjects(LiveConnections connections, IHubContext<LiveHub, ILiveClient> hub, TimeProvider time)
        : this(subject => _ = hub.Clients.Clients(connections.Following(subject)).Changed(subject), time)
    {
    }

    /// <summary>Subjects that are told otherwise.</summary>
    /// <param name="tell">Tells of one; must return at once.</param>
    /// <param name="time">The clock.</param>
    internal LiveSubjects(Action<string> tell, TimeProvider time)
    {
        _time = time;
        _subjects = LiveSubject.All.ToDictionary(name => name, name => new Subject(name, tell, time), StringComparer.Ordinal);
    }

    /// <summary>Something of a subject has changed (<see cref="LiveSubject"/>). Costs next to nothing, from wherever it is called.</summary>
    public void Changed(string subject) => _subjects[subject].Changed();

    /// <summary>How long ago a subject changed; null when it never did. By this a page that has just connected knows whether it missed something.</summary>
    public TimeSpan? SinceChange(string subject) => _subjects[subject].ChangedAt is { } at ? _time.GetElapsedTime(at) : null;

    private sealed class Subject
    {
        private readonly string _name;
        private readonly Action<string> _tell;
        private readonly TimeProvider _time;
        private readonly ITimer _timer;
        private long _changedAt = long.MinValue;
        private long _toldAt = long.MinValue;
        private int _due;

        public Subject(string name, Action<string> tell, TimeProvider time)
        {
            (_name, _tell, _time) = (name, tell, time);
            _timer = time.CreateTimer(static subject => ((Subject)subject!).Tell(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public long? ChangedAt => Volatile.Read(ref _changedAt) is var at and not long.MinValue ? at : null;

        public void Changed()
        {
            var now = _time.GetTimestamp();
            Volatile.Write(ref _changedAt, now);
            if (Volatile.Read(ref _due) == 1 || Interlocked.Exchange(ref _due, 1) == 1)
                return;
            var told = Volatile.Read(ref _toldAt);
            var left = told == long.MinValue ? TimeSpan.Zero : Pace - _time.GetElapsedTime(told, now);
            _timer.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }

        private void Tell()
        {
            Volatile.Write(ref _toldAt, _time.GetTimestamp());
            // Before it is told: what changes from here on is told again.
            Interlocked.Exchange(ref _due, 0);
            _tell(_name);
        }
    }
}
