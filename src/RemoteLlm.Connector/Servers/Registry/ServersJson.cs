using RemoteLlm.Connector.Servers.Registry.Json;
using RemoteLlm.Connector.Servers.Registry.Reading;
using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Connector.Servers.Registry;

/// <summary>Reads <c>servers.json</c>. What may stand in it is in SERVERS.md.</summary>
public static class ServersJson
{
    /// <summary>The file's name in the data folder.</summary>
    public const string Name = "servers.json";

    /// <summary>The registry that a text describes, or every error in it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="folder">The data folder, to which names of key files are relative.</param>
    public static FileReading<RegistryContent> Parse(string text, string folder)
    {
        var (root, broken) = PlacedJsonReader.Read(Name, text);
        return root is null ? new FileReading<RegistryContent>(null, [broken!], []) : new RegistryReader(folder).Read(root);
    }

    /// <summary>The entry that a draft describes, or what is wrong with it, in one line.</summary>
    public static (ServerEntry? Entry, string? Problem) Read(ServerDraft draft, string folder)
    {
        var reading = Parse($"{{\"servers\":[{draft.ToJson().InOneLine()}]}}", folder);
        return reading.Content is { } content
            ? (content.Servers[0], null)
            : (null, string.Join(" ", reading.Errors.Select(error => error.Message.Replace("servers[0].", "", StringComparison.Ordinal))));
    }
}
