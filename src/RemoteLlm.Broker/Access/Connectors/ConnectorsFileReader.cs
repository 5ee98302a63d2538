using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Hosting.Files.Yaml;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Access.Connectors;

/// <summary>Turns the tree of one <c>connectors.yaml</c> into a directory. For one use.</summary>
internal sealed class ConnectorsFileReader
{
    private readonly FileProblems _problems = new(ConnectorsFile.Name);
    private readonly List<ConnectorRecord> _connectors = [];
    private readonly Dictionary<string, int> _lineOfName = new(StringComparer.Ordinal);
    private readonly Dictionary<KeyDigest, int> _lineOfToken = [];

    public FileReading<ConnectorDirectory> Read(YamlMapping root)
    {
        var file = new FieldReader(root, "this file", _problems);
        foreach (var item in file.List("connectors")?.Items ?? [])
        {
            if (item is YamlMapping mapping)
            {
                ReadConnector(new FieldReader(mapping, "a connector", _problems));
            }
            else
            {
                _problems.Error(item, "A connector must begin with \"- name: NAME\"; run \"remotellm connectors add NAME\" to make one.");
            }
        }

        file.WarnOfOthers();
        return new FileReading<ConnectorDirectory>(
            _problems.Errors.Count > 0 ? null : new ConnectorDirectory(_connectors), _problems.Errors, _problems.Warnings);
    }

    private void ReadConnector(FieldReader fields)
    {
        var name = ReadName(fields);
        var prefix = fields.Text("prefix");
        var createdAt = fields.Timestamp("created_at");
        var isBlocked = (fields.Flag("blocked") ?? false) | (fields.Flag("revoked") ?? false);
        if (ReadDigest(fields, name) is { } digest)
        {
            _connectors.Add(new ConnectorRecord(name, prefix ?? ConnectorToken.Scheme + "?", digest, isBlocked, createdAt));
        }

        fields.WarnOfOthers();
    }

    private string ReadName(FieldReader fields)
    {
        var name = fields.Text("name") ?? "";
        if (!ConnectorName.IsWellFormed(name))
        {
            _problems.Error(fields.Node("name") ?? fields.Mapping, $"{ConnectorName.Rule}; give it one as \"name:\".");
        }
        else if (!_lineOfName.TryAdd(name, fields.Mapping.Line))
        {
            _problems.Error(fields.Node("name")!, $"The connector {name} is listed already in line {_lineOfName[name]}; remove one of the two.");
        }

        return name;
    }

    private KeyDigest? ReadDigest(FieldReader fields, string name)
    {
        if (fields.Node("token_hash") is not { } node)
        {
            _problems.Error(fields.Mapping, $"This connector has no token_hash; remove the entry and run \"remotellm connectors add {name}\".");
            return null;
        }

        if (node is not YamlScalar scalar || !KeyDigest.TryParse(scalar.Value, out var digest))
        {
            _problems.Error(node, "token_hash must be sha256: and 64 hex digits, never the token itself.");
            return null;
        }

        if (!_lineOfToken.TryAdd(digest, node.Line))
        {
            _problems.Error(node, $"The same token is listed already in line {_lineOfToken[digest]}; remove one of the two.");
            return null;
        }

        return digest;
    }
}
