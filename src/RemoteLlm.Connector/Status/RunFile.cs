using System.Text.Json;
using RemoteLlm.Hosting.Files;

namespace RemoteLlm.Connector.Status;

/// <summary>
/// What a running connector leaves in its data folder, so that commands find it. A connector that was killed leaves it too: it runs only if its management port answers,
/// and with the same process in its report.
/// </summary>
/// <param name="Pid">Its process, as the connector sees it: inside a container another number than outside.</param>
/// <param name="Management">The address of its management port, as it is reached from this machine.</param>
/// <param name="Started">When it started.</param>
/// <param name="Version">Its release.</param>
public sealed record RunFile(int Pid, string Management, DateTimeOffset Started, string Version)
{
    /// <summary>The file's name in the data folder.</summary>
    public const string Name = "connector.run";

    /// <summary>What the folder says.</summary>
    /// <returns>Null when there is no file, or none that can be understood: then no connector of ours wrote it.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It is another user's.</exception>
    public static RunFile? Read(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize<RunFile>(AtomicFile.ReadBytes(Path.Combine(folder, Name)), StatusJson.Options) is { Management: not null } file ? file : null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes it, for its owner alone. The folder is made if need be.</summary>
    /// <exception cref="IOException">Not written.</exception>
    /// <exception cref="UnauthorizedAccessException">Not written.</exception>
    internal void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        AtomicFile.Write(Path.Combine(folder, Name), JsonSerializer.Serialize(this, StatusJson.Options) + "\n");
    }

    /// <summary>Removes it, unless another connector has written its own meanwhile.</summary>
    internal void Remove(string folder)
    {
        if (Read(folder) == this)
            File.Delete(Path.Combine(folder, Name));
    }
}
