using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Hosting.Files.Yaml;

namespace RemoteLlm.Broker.Access.Connectors;

/// <summary>Reads <c>connectors.yaml</c>.</summary>
public static class ConnectorsFile
{
    /// <summary>The file's name in the data folder.</summary>
    public const string Name = "connectors.yaml";

    /// <summary>The directory that a text describes, or every error in it.</summary>
    public static FileReading<ConnectorDirectory> Parse(string text)
    {
        var (root, broken) = YamlTree.Read(Name, text);
        return root is null ? new FileReading<ConnectorDirectory>(null, [broken!], []) : new ConnectorsFileReader().Read(root);
    }
}
