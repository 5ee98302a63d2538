using System.Security.Cryptography;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RemoteLlm.Broker.Access.Connectors;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Access.Users.Texts;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Hosting.Edge.Keys;
using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Broker.Access;

/// <summary>
/// Who may use this broker, live from <c>users.yaml</c> and <c>connectors.yaml</c>. Makes the files when they are missing, follows them, and keeps the last good
/// state of each while it has an error.
/// </summary>
/// <remarks>
/// With an error at the start there is no last good state, and the broker refuses to start: one that runs and admits nobody looks like an
/// outage, far from its cause.
/// </remarks>
internal sealed class AccessFiles : IHostedService, IAsyncDisposable
{
    private const int RandomBits = 20;

    private readonly LiveFile<UserDirectory> _users;
    private readonly LiveFile<ConnectorDirectory> _connectors;
    private UsersText? _read;
    private UsersText? _taken;
    private long _revision;
    private bool _isLoaded;

    public AccessFiles(AccessFilesOptions options, TimeProvider time, ILogger<AccessFiles> logger)
    {
        // From the wall clock, so that a revision of before a restart is never greater than one of after it; with chance behind it, so that where a clock was set back
        // no two processes mean different rosters by one number.
        _revision = (time.GetUtcNow().ToUnixTimeMilliseconds() << RandomBits) | (uint)RandomNumberGenerator.GetInt32(1 << RandomBits);
        Memory = new UsersMemory(options.Limits);
        _users = new LiveFile<UserDirectory>(
            Path.Combine(options.Folder, UsersFile.Name), UsersTemplate.Text, UserDirectory.Empty, text => Numbered(_read = Memory.Read(text), options.Keys), time, logger);
        _connectors = new LiveFile<ConnectorDirectory>(
            Path.Combine(options.Folder, ConnectorsFile.Name), ConnectorsTemplate.Text, ConnectorDirectory.Empty, ConnectorsFile.Parse, time, logger);
        _users.Changed += TakeUsers;
        _connectors.Changed += () => ConnectorsChanged?.Invoke();
    }

    /// <summary>The users in force; their revision is that of the rosters made of them.</summary>
    public UserDirectory Users => _users.Current;

    /// <summary>What was read of <c>users.yaml</c> last, for those who edit it here.</summary>
    public UsersMemory Memory { get; }

    /// <summary>The connectors in force.</summary>
    public ConnectorDirectory Connectors => _connectors.Current;

    /// <summary>What is wrong with the files as they are now, for <c>/ready</c> and metrics; empty when all is in force.</summary>
    public IReadOnlyList<FileProblem> Errors => [.. new[] { UsersError, _connectors.LastError }.OfType<FileProblem>()];

    /// <summary>What is wrong with <c>users.yaml</c> as it is now; null when it is in force.</summary>
    public FileProblem? UsersError => _users.LastError;

    /// <summary>Other <see cref="Users"/> are in force. Called in turn, never overlapping; whoever throws keeps later handlers from hearing of it.</summary>
    public event Action? UsersChanged;

    /// <summary>The file of users that is in force was replaced by another: the last good state and the new one. After <see cref="UsersChanged"/>; not for the first state.</summary>
    public event Action<UsersText, UsersText>? UsersRead;

    /// <summary>Other <see cref="Connectors"/> are in force.</summary>
    public event Action? ConnectorsChanged;

    /// <summary>A number for users who differ from <see cref="Users"/> by what no file says; greater than any before.</summary>
    public long NextRevision() => Interlocked.Increment(ref _revision);

    /// <summary>Takes both files as they are; returns the first error, because of which nobody can be admitted yet.</summary>
    public FileProblem? Load()
    {
        var users = _users.Load();
        var connectors = _connectors.Load();
        _isLoaded = true;
        return users ?? connectors;
    }

    /// <summary>Loads the files unless that was done, and follows them.</summary>
    /// <exception cref="SettingException">A file has an error, and there is no good state to go on with.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!_isLoaded)
        {
            Load();
        }

        if (Errors is [var problem, ..])
        {
            throw new SettingException($"{problem} Correct it and start again.");
        }

        _users.Watch();
        _connectors.Watch();
        return Task.CompletedTask;
    }

    /// <summary>Looks at both files now; when this returns, what they say is in force.</summary>
    public async Task Refresh(CancellationToken cancellationToken)
    {
        await _users.Refresh(cancellationToken);
        await _connectors.Refresh(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _users.DisposeAsync();
        await _connectors.DisposeAsync();
    }

    // Where this is called the last text read is the one in force.
    private void TakeUsers()
    {
        var before = _taken;
        _taken = _read;
        UsersChanged?.Invoke();
        if (before is not null)
            UsersRead?.Invoke(before, _taken!);
    }

    private FileReading<UserDirectory> Numbered(UsersText read, IReadOnlyList<ListedKey> keys) =>
        read.Reading with { Content = read.Reading.Content?.With(keys, read.Defaults).Following(Users).At(NextRevision()) };
}
