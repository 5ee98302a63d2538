using System.Reflection;
using System.Text;

namespace RemoteLlm.Replay.Cassettes;

/// <summary>Finds cassettes in a folder or inside the assembly.</summary>
internal static class CassetteFiles
{
    private const string ResourcePrefix = "cassettes/";
    private const string Ending = ".yaml";

    /// <summary>The cassettes of a folder, in the order of their names. Folders inside it are not read.</summary>
    /// <exception cref="CassetteException">The folder is missing or holds no cassette, or one of them cannot be read.</exception>
    public static IReadOnlyList<Cassette> FromDirectory(string directory)
    {
        if (!Directory.Exists(directory))
        {
            throw new CassetteException($"The cassettes folder '{directory}' does not exist; name another with --cassettes, or record into it first");
        }

        // By name without the ending, so that "chat" comes before "chat-stream".
        var files = Directory.GetFiles(directory, "*" + Ending).OrderBy(Path.GetFileNameWithoutExtension, StringComparer.Ordinal).ToArray();
        return files.Length > 0
            ? [.. files.Select(file => CassetteReader.Read(Path.GetFileNameWithoutExtension(file), File.ReadAllText(file, Encoding.UTF8)))]
            : throw new CassetteException($"The cassettes folder '{directory}' holds no *.yaml file");
    }

    /// <summary>The cassettes that are part of the program, so that a demo works wherever the executable is.</summary>
    public static IReadOnlyList<Cassette> Embedded()
    {
        var assembly = typeof(CassetteFiles).Assembly;
        var resources = assembly.GetManifestResourceNames().Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal));
        var names = resources.Select(resource => resource[ResourcePrefix.Length..^Ending.Length]).Order(StringComparer.Ordinal);
        return [.. names.Select(name => CassetteReader.Read(name, ReadText(assembly, ResourcePrefix + name + Ending)))];
    }

    private static string ReadText(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
