using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Hosting.Files;
using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Connector.Access.Local;

/// <summary>The owner's rules, live from <c>access.yaml</c>: a change is in force within 2 seconds, and while the file has an error, or is gone, the last good state stays.</summary>
/// <remarks>
/// With an error at the start there is no last good state, and the connector refuses to start: an owner's restriction is never dropped silently. That a file which is missing cannot be made is
/// no such reason: there is nothing in it.
/// </remarks>
internal sealed partial class AccessFile : IHostedService, IAsyncDisposable
{
    private readonly LiveFile<AccessRules> _file;
    private readonly ILogger<AccessFile> _logger;
    private readonly string _path;

    /// <summary>Reads nothing yet.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="time">The clock of the watch.</param>
    /// <param name="logger">Takes a line for each distinct error and warning.</param>
    public AccessFile(string folder, TimeProvider time, ILogger<AccessFile> logger)
    {
        (_path, _logger) = (Path.GetFullPath(Path.Combine(folder, AccessYaml.Name)), logger);
        _file = new LiveFile<AccessRules>(_path, template: null, AccessRules.None, AccessYaml.Parse, time, logger);
        _file.Changed += () => Changed?.Invoke();
    }

    /// <summary>The last good state.</summary>
    public AccessRules Current => _file.Current;

    /// <summary>Why the file as it is now is not in force; null when it is.</summary>
    public FileProblem? Problem => _file.LastError;

    /// <summary>Another state is in force. Called in turn, never overlapping.</summary>
    public event Action? Changed;

    /// <summary>Loads the file, makes it when it is missing, and follows it.</summary>
    /// <exception cref="SettingException">The file has an error, and there is no good state to go on with.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Make();
        if (_file.Load() is { } problem)
            throw new SettingException($"{problem} Correct it and start again.");
        _file.Watch();
        return Task.CompletedTask;
    }

    /// <summary>Looks at the file now; when this returns, what it says is in force.</summary>
    public ValueTask Refresh(CancellationToken cancellationToken) => _file.Refresh(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private void Make()
    {
        if (FileSnapshot.Read(_path).Condition != FileCondition.Missing)
            return;
        try
        {
            PrivateFolder.Ensure(Path.GetDirectoryName(_path)!);
            AtomicFile.Write(_path, AccessTemplate.Text);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            NotMade(_logger, _path, exception.Message);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "{Path} cannot be created; nothing is narrowed: {Problem}")]
    private static partial void NotMade(ILogger logger, string path, string problem);
}
