using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RemoteLlm.Broker.Access;

namespace RemoteLlm.Broker.Portal.Signin.Logins;

/// <summary>
/// Which logins are over although their cookies would still be good: those of people who were blocked or taken out of the file, also once they are back, and those that were ended by hand. Kept
/// over restarts in <c>sessions.json</c>, which holds no secret.
/// </summary>
internal sealed partial class EndedLogins(AccessFiles files, AccessFilesOptions options, PortalOptions portal, TimeProvider time, ILogger<EndedLogins> logger) : IHostedService
{
    /// <summary>How long what has ended is known: as long as a login may last by any setting, so that another setting at the next start revives none.</summary>
    public static readonly TimeSpan Longest = PortalOptions.LongestSession;

    /// <summary>
    /// Logins ended by hand that are known one by one. Somebody who logs in and out all day must not make the file, which is written with each, grow without end: beyond, all logins of who ends
    /// one are ended.
    /// </summary>
    public const int MostSessions = 10_000;

    private readonly Lock _gate = new();
    private readonly EndedLoginsFile _file = new(options.Folder);
    private EndedLoginsState _state = EndedLoginsState.None;
    private HashSet<string> _out = new(StringComparer.OrdinalIgnoreCase);
    private HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A login was ended by hand. Must return at once.</summary>
    public event Action? Ended;

    /// <summary>Whether a login is over.</summary>
    /// <param name="user">Whose.</param>
    /// <param name="login">Which.</param>
    public bool IsOver(string user, PortalLogin login)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            LookAtClock_NeedsLock(now);
            // One from the future began while the clock was ahead; as long as that it would last.
            if (now - login.At >= portal.SessionLifetime || login.At - now > EndedLoginsState.Slack || _state.Sessions.ContainsKey(login.Session))
                return true;
            // Not by when it was: with a clock that was set back meanwhile, a login of before would be one of after. What has been forgotten was before any login that can still last.
            var (all, own) = TurnsOf_NeedsLock(user);
            return (all.Length > 0 && !login.Turn.StartsWith(all + '/', StringComparison.Ordinal)) || (own.Length > 0 && !login.Turn.EndsWith('/' + own, StringComparison.Ordinal));
        }
    }

    /// <summary>What has ended all logins of a user up to now, and everybody's: a login says with what it began, and is over when there is something else.</summary>
    public string TurnOf(string user)
    {
        lock (_gate)
        {
            LookAtClock_NeedsLock(time.GetUtcNow());
            var (all, own) = TurnsOf_NeedsLock(user);
            return $"{all}/{own}";
        }
    }

    /// <summary>Ends one.</summary>
    /// <param name="user">Whose.</param>
    /// <param name="login">Which.</param>
    public void End(string user, PortalLogin login)
    {
        lock (_gate)
        {
            if (_state.Sessions.Count < MostSessions)
                _state.Sessions[login.Session] = login.At + Longest;
            else
                _state.EndAll(user, time.GetUtcNow());
            Keep_NeedsLock();
        }

        Ended?.Invoke();
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_file.Read(out var problem) is { } state)
            {
                _state = state;
            }
            else
            {
                // What was ended is not known any more: then all of them are.
                _state = EndedLoginsState.None with { AllBefore = time.GetUtcNow() };
                NotRead(logger, _file.Path, problem);
                Keep_NeedsLock();
            }
        }

        files.UsersChanged += Look;
        Look();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        files.UsersChanged -= Look;
        return Task.CompletedTask;
    }

    // Whoever edits the file, and however: what it says now is what counts.
    private void Look()
    {
        var users = files.Users.Users;
        lock (_gate)
        {
            var names = users.Select(user => user.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
            var blocked = users.Where(user => user.Blocked).Select(user => user.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
            var ended = blocked.Where(name => !_out.Contains(name)).Concat(_names.Where(name => !names.Contains(name))).ToList();
            (_out, _names) = (blocked, names);
            if (ended.Count == 0)
                return;
            var now = time.GetUtcNow();
            foreach (var name in ended)
                _state.EndAll(name, now);
            Keep_NeedsLock();
        }
    }

    private (string All, string Own) TurnsOf_NeedsLock(string user) => (Written(_state.AllBefore), Written(_state.Users.TryGetValue(user, out var before) ? before : null));

    private static string Written(DateTimeOffset? moment) => moment?.UtcTicks.ToString(CultureInfo.InvariantCulture) ?? "";

    // What ended while the clock was right is not known any more where it then was ahead for a while: a machine that starts with a wrong clock, for example.
    private void LookAtClock_NeedsLock(DateTimeOffset now)
    {
        if (!_state.ForgotTooSoon(now))
            return;
        _state = _state.AllEnded(now);
        WasAhead(logger, _file.Path);
        Keep_NeedsLock();
    }

    private void Keep_NeedsLock()
    {
        _state = _state.Forget(time.GetUtcNow(), Longest);
        try
        {
            _file.Write(_state);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            NotWritten(logger, exception, _file.Path);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "{Path} not read: everybody has to log in anew {Problem}")]
    private static partial void NotRead(ILogger logger, string path, string? problem);

    [LoggerMessage(2, LogLevel.Error, "{Path} not written: logins that have ended are known until this process ends only")]
    private static partial void NotWritten(ILogger logger, Exception exception, string path);

    [LoggerMessage(3, LogLevel.Warning, "The clock was ahead when {Path} was written: everybody has to log in anew")]
    private static partial void WasAhead(ILogger logger, string path);
}
