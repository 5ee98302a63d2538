using System.ComponentModel.DataAnnotations;
using RemoteLlm.Connector.Lan;
using RemoteLlm.Connector.Link;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Tunnel.Channels;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Connector;

/// <summary>Settings of a connector.</summary>
public sealed class ConnectorOptions
{
    /// <summary>How the broker is reached; null for none, where <see cref="Lan"/> says whom to serve instead.</summary>
    public LinkOptions? Link { get; init; }

    /// <summary>The port on the local network; null for none.</summary>
    public LanOptions? Lan { get; init; }

    /// <summary>The LLM server.</summary>
    public required LlmServerOptions Llm { get; init; }

    /// <summary>The connector's ends of channels. The broker's resume window counts too: the shorter one holds.</summary>
    public ChannelOptions Channels { get; } = new();

    /// <summary>Largest request body that is taken, bytes. Default 50 MB, as at the broker.</summary>
    [Range(1024, 4L * 1024 * 1024 * 1024)]
    public long MaxBody { get; set; } = 50 * 1024 * 1024;

    /// <summary>Most bytes of request bodies that wait in files at once; a body that would go beyond gets 503. Default 2 GiB.</summary>
    [Range(0, long.MaxValue)]
    public long MaxSpool { get; set; } = BodySpool.DefaultLimit;

    /// <summary>Longest time in which nothing of an answer is taken from us before it is cut. Default 5 min; zero is no limit.</summary>
    public TimeSpan ClientWriteTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The same as the tunnel sees it: while the line is down nothing is taken either, and that is nobody's fault. Source: PROTOCOL.md, section 11.
    /// </summary>
    internal TimeSpan TunnelWriteTimeout => ClientWriteTimeout == TimeSpan.Zero || ClientWriteTimeout > Channels.ResumeWindow ? ClientWriteTimeout : Channels.ResumeWindow + TimeSpan.FromSeconds(30);

    /// <summary>Whether running requests end when their key is blocked or removed. Default yes; otherwise they finish, and only new ones are refused.</summary>
    public bool EndBlocked { get; set; } = true;

    /// <summary>How long running requests may take to finish when the connector stops. Default 120 s.</summary>
    public TimeSpan DrainGrace { get; set; } = TimeSpan.FromSeconds(120);

    /// <summary>Addresses of the management port; null for the default, loopback 9465 or the next free one.</summary>
    public string? ManagementUrls { get; set; }

    /// <summary>The folder for the files of this half: <c>servers.json</c>, what is kept over restarts, and the run file by which commands find a running connector; null for none, and none is written then.</summary>
    public string? Data { get; set; }
}
