using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Connector.Servers.Registry;

/// <summary>
/// The registry, live from <c>servers.json</c>: a change is in force within 2 seconds, and while the file has an error the last good state stays. No file is an empty registry;
/// none is made.
/// </summary>
/// <remarks>With an error at the start there is no last good state, and the connector refuses to start: one that runs without its servers looks like an outage, far from its cause.</remarks>
public sealed class ServersFile : IRegistrySource, IHostedService, IAsyncDisposable
{
    private readonly LiveFile<RegistryContent> _file;
    private bool _isLoaded;

    /// <summary>Reads nothing yet.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="time">The clock of the watch.</param>
    /// <param name="logger">Takes a line for each distinct error and warning.</param>
    public ServersFile(string folder, TimeProvider time, ILogger<ServersFile> logger)
    {
        Path = System.IO.Path.GetFullPath(System.IO.Path.Combine(folder, ServersJson.Name));
        _file = new LiveFile<RegistryContent>(Path, template: null, RegistryContent.Empty, text => ServersJson.Parse(text, folder), time, logger);
        _file.Changed += () => Changed?.Invoke();
    }

    /// <summary>The file's path.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public RegistryContent Current => _file.Current;

    /// <summary>Why the file as it is now is not in force, for <c>/ready</c> and metrics; null when it is.</summary>
    public FileProblem? Problem => _file.LastError;

    /// <inheritdoc/>
    public event Action? Changed;

    /// <summary>Takes the file as it is; returns what is wrong with it, if anything.</summary>
    public FileProblem? Load()
    {
        _isLoaded = true;
        return _file.Load();
    }

    /// <summary>Loads the file unless that was done, and follows it.</summary>
    /// <exception cref="SettingException">The file has an error, and there is no good state to go on with.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!_isLoaded)
            Load();
        if (Problem is { } problem)
            throw new SettingException($"{problem} Correct it and start again.");
        _file.Watch();
        return Task.CompletedTask;
    }

    /// <summary>Looks at the file now; when this returns, what it says is in force.</summary>
    public ValueTask Refresh(CancellationToken cancellationToken) => _file.Refresh(cancellationToken);

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _file.DisposeAsync();
}
