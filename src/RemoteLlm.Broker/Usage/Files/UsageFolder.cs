using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Hosting.Files;
using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Broker.Usage.Files;

/// <summary>The folder of the ledger's files, held by one broker at a time: two that append to the same file would each count what only they know.</summary>
internal sealed class UsageFolder : IDisposable
{
    /// <summary>Its name in the data folder.</summary>
    public const string Name = "usage";

    private const string LockName = ".lock";

    private readonly FileStream _lock;

    private UsageFolder(string path, FileStream held) => (Path, _lock) = (path, held);

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>The folder of a data folder, whether or not it is there.</summary>
    public static string In(string dataFolder) => System.IO.Path.Combine(dataFolder, Name);

    /// <summary>Makes the folder, mode 700, where it is missing, and takes hold of it.</summary>
    /// <exception cref="SettingException">It cannot be made, or another broker has it.</exception>
    public static UsageFolder Hold(string dataFolder)
    {
        var path = In(dataFolder);
        try
        {
            PrivateFolder.Ensure(dataFolder);
            var made = !Directory.Exists(path);
            PrivateFolder.Ensure(path);
            if (made)
                FolderSync.Flush(dataFolder);
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = AtomicFile.OwnerOnly;
            // The system lets go of it when the process ends, however it does.
            return new UsageFolder(path, new FileStream(System.IO.Path.Combine(path, LockName), options));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"The usage ledger in {path} cannot be opened: {exception.Message} Each broker needs a data folder of its own (--data) and the right to write there.", exception);
        }
    }

    /// <summary>The months that have a file, the oldest first.</summary>
    public static IReadOnlyList<(UsageMonth Month, string Path)> Months(string path) => Directory.Exists(path)
        ? [.. from file in Directory.EnumerateFiles(path) let month = UsageMonth.OfFile(file) where month is not null orderby month.Value.Number select (month.Value, file)]
        : [];

    /// <summary>Opens a file to read it from its start to its end, without keeping anybody from appending.</summary>
    public static FileStream OpenToRead(string file) =>
        new(file, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0, Options = FileOptions.SequentialScan });

    public void Dispose() => _lock.Dispose();
}
