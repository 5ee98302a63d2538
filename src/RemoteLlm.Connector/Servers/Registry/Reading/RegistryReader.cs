using RemoteLlm.Connector.Servers.Registry.Json;
using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Connector.Servers.Registry.Reading;

/// <summary>Turns the text of one <c>servers.json</c> into a registry. For one use.</summary>
/// <param name="folder">What names of key files are relative to.</param>
internal sealed class RegistryReader(string folder)
{
    /// <summary>Each server has a client of its own and is looked at every 30 s; more is a mistake.</summary>
    public const int MaxServers = 100;

    private readonly FileProblems _problems = new(ServersJson.Name);
    private readonly Dictionary<string, PlacedJson> _placeOfName = new(StringComparer.OrdinalIgnoreCase);

    public FileReading<RegistryContent> Read(PlacedJson root)
    {
        var servers = new List<ServerEntry>();
        IReadOnlyDictionary<string, IReadOnlyList<string>> fallbacks = RegistryContent.Empty.Fallbacks;
        if (!root.IsObject)
        {
            _problems.Error(root.Line, root.Column, "This file must hold an object: {\"servers\": [ … ]}.");
        }
        else
        {
            var file = new JsonFields(root, "", "this file", _problems);
            _ = file.Value("$schema");
            ReadServers(file, servers);
            fallbacks = FallbackFields.Read(file);
            file.WarnOfOthers();
        }

        var errors = InOrder(_problems.Errors);
        return new FileReading<RegistryContent>(errors.Count > 0 ? null : new RegistryContent(servers, fallbacks), errors, InOrder(_problems.Warnings));
    }

    private void ReadServers(JsonFields file, List<ServerEntry> servers)
    {
        var reader = new ServerEntryReader(folder, _problems);
        foreach (var (node, index) in (file.Items("servers", MaxServers) ?? []).Select((node, index) => (node, index)))
        {
            var path = $"servers[{index}]";
            if (!node.IsObject)
            {
                _problems.Error(node.Line, node.Column, $"{path} must be an object such as {{\"name\": \"gpu\", \"url\": \"http://localhost:11434\"}}.");
                continue;
            }

            if (reader.Read(node, path) is { } entry)
                servers.Add(entry);
            if (node.Find("name") is { IsString: true } name && ServerName.IsWellFormed(name.Text) && !_placeOfName.TryAdd(name.Text, name))
                _problems.Error(name.Line, name.Column, $"{path}.name: a server of this name stands in line {_placeOfName[name.Text].Line} already (upper and lower case are the same); rename or remove one of the two.");
        }
    }

    private static List<FileProblem> InOrder(IEnumerable<FileProblem> problems) => [.. problems.OrderBy(problem => problem.Line).ThenBy(problem => problem.Column)];
}
