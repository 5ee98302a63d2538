using System.Diagnostics.CodeAnalysis;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Access.Connectors;

/// <summary>All connectors that may sign in at one moment. Never changes; a new state of the file makes a new one.</summary>
public sealed class ConnectorDirectory
{
    private readonly Dictionary<KeyDigest, ConnectorRecord> _byToken;

    /// <summary>A directory of connectors whose tokens all differ.</summary>
    /// <exception cref="ArgumentException">Two tokens have the same digest.</exception>
    public ConnectorDirectory(IReadOnlyList<ConnectorRecord> connectors)
    {
        Connectors = connectors;
        _byToken = connectors.ToDictionary(connector => connector.TokenDigest);
    }

    /// <summary>None.</summary>
    public static ConnectorDirectory Empty { get; } = new([]);

    /// <summary>All of them in the order of the file, blocked ones included.</summary>
    public IReadOnlyList<ConnectorRecord> Connectors { get; }

    /// <summary>The connector with this token, blocked or not, in constant time whichever is asked for.</summary>
    public bool TryFind(KeyDigest tokenDigest, [NotNullWhen(true)] out ConnectorRecord? connector) => _byToken.TryGetValue(tokenDigest, out connector);

    /// <summary>The connector of this name; null if there is none.</summary>
    public ConnectorRecord? FindName(string name) => Connectors.FirstOrDefault(connector => connector.Name == name);
}
