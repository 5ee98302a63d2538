using RemoteLlm.Broker;
using RemoteLlm.Connector;
using RemoteLlm.Connector.Lan;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Tunnel.Channels;

namespace RemoteLlm.EndToEnd.Tests.Clusters;

/// <summary>How a <see cref="Cluster"/> differs from the plain one: one user without limits, one connector, a whole line.</summary>
internal sealed class ClusterOptions
{
    /// <summary>Changes the broker's settings.</summary>
    public Action<BrokerOptions> Broker { get; init; } = _ => { };

    /// <summary>Changes the settings of each connector's LLM server.</summary>
    public Action<LlmServerOptions> Llm { get; init; } = _ => { };

    /// <summary>
    /// What <c>servers.json</c> of each connector says at first; null for a connector without a data folder, whose one server is the cluster's. With it that server is not used unless the text
    /// names it.
    /// </summary>
    public string? Servers { get; init; }

    /// <summary>What <c>access.yaml</c> of the connectors says at first, which gives them a data folder; null for none.</summary>
    public string? Access { get; init; }

    /// <summary>Changes the connectors' own settings.</summary>
    public Action<ConnectorOptions> Connector { get; init; } = _ => { };

    /// <summary>Changes the settings of each connector's ends of channels.</summary>
    public Action<ChannelOptions> ConnectorChannels { get; init; } = _ => { };

    /// <summary>The connectors' port on the local network; null for none.</summary>
    public LanOptions? Lan { get; init; }

    /// <summary>What <c>users.yaml</c> says at first; null for <see cref="TestUsers.Unlimited"/>.</summary>
    public string? Users { get; init; }

    /// <summary>The connectors' clock; null for the system's.</summary>
    public TimeProvider? ConnectorTime { get; init; }

    /// <summary>The broker's clock; null for the system's.</summary>
    public TimeProvider? BrokerTime { get; init; }

    /// <summary>Connectors reach the broker over <see cref="Cluster.Line"/>.</summary>
    public bool OverFaultyLine { get; init; }

    /// <summary>The broker knows a second connector, <c>second</c>, by <see cref="Cluster.SecondToken"/>; start it with that.</summary>
    public bool KnowsSecondConnector { get; init; }

    /// <summary>The seed of that line, to repeat what failed; null for a new one. It is printed.</summary>
    public int? LineSeed { get; init; }

    /// <summary>Do not start a connector with the cluster.</summary>
    public bool WithoutConnector { get; init; }

    /// <summary>How long a stopping half waits for running requests. Longer than the hang guard: the test decides when a stop ends.</summary>
    public TimeSpan DrainGrace { get; init; } = TimeSpan.FromMinutes(2);
}
