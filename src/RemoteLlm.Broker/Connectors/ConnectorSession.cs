using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using RemoteLlm.Broker.Access.Connectors;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Tunnel.Channels;
using RemoteLlm.Tunnel.Http2;

namespace RemoteLlm.Broker.Connectors;

/// <summary>Everything that one connector process has with this broker.</summary>
internal sealed class ConnectorSession
{
    private readonly ChannelClient?[] _channels;
    private readonly string _secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
    private readonly Lock _gate = new();
    private FrozenDictionary<string, ModelDescription> _models = FrozenDictionary<string, ModelDescription>.Empty;
    private long _acknowledged = -1;

    public ConnectorSession(ConnectorRecord connector, SessionRequest request, ControlLine control, int channels, long number)
    {
        ConnectorId = connector.Name;
        Token = connector.TokenDigest;
        Instance = request.Instance;
        Software = request.Software;
        Control = control;
        Number = number;
        _channels = new ChannelClient?[channels];
        Report(request.Inventory);
    }

    public string Id { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>Grows with every session: the newest of a connector gets the traffic.</summary>
    public long Number { get; }

    public string ConnectorId { get; }

    /// <summary>Which token opened it: a session ends when that token is removed.</summary>
    public KeyDigest Token { get; }

    public string Instance { get; }

    public string Software { get; }

    /// <summary>The control connection; null while it is lost.</summary>
    public ControlLine? Control { get; set; }

    /// <summary>How often the control connection was lost.</summary>
    public int ControlLosses { get; private set; }

    /// <summary>No further requests go here; what runs is finished.</summary>
    public bool Draining { get; set; }

    public ModelInventory Inventory { get; private set; } = ModelInventory.Empty;

    public long AcknowledgedRevision => Volatile.Read(ref _acknowledged);

    public int ChannelsUp => _channels.Count(channel => channel is not null);

    public bool Routable => !Draining && AcknowledgedRevision >= 0 && ChannelsUp > 0;

    /// <summary>Requests under way on all channels.</summary>
    public int OpenStreams => _channels.Sum(channel => channel?.OpenStreams ?? 0);

    public SessionGrant Grant(int version, bool resumed, Roster roster) =>
        new(version, ConnectorId, Id, _secret, _channels.Length, resumed, roster);

    public bool IsSecret(string? secret) => secret is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(_secret));

    /// <summary>Notes that the control connection is gone.</summary>
    /// <returns>The new <see cref="ControlLosses"/>.</returns>
    public int LoseControl()
    {
        Control = null;
        return ++ControlLosses;
    }

    /// <summary>Tells the connector something, if it can be reached now.</summary>
    public Task TellAsync(Func<IConnectorClient, Task> message) => Control is { } control ? control.TellAsync(message) : Task.CompletedTask;

    public bool Serves(string model) => Volatile.Read(ref _models).ContainsKey(model);

    public IEnumerable<ModelDescription> Models => Volatile.Read(ref _models).Values;

    public void Acknowledge(long revision) => Volatile.Write(ref _acknowledged, revision);

    public void Report(ModelInventory inventory)
    {
        var models = inventory.Models
            .Where(model => model is { Id.Length: > 0 and <= 256 } && !model.Id.Any(char.IsControl))
            .Take(ModelInventory.MaxModels)
            .DistinctBy(model => model.Id)
            .ToFrozenDictionary(model => model.Id, StringComparer.Ordinal);
        Volatile.Write(ref _models, models);
        Inventory = inventory;
    }

    /// <summary>The channel with the fewest requests; null when none is up.</summary>
    public ChannelClient? PickChannel()
    {
        ChannelClient? best = null;
        foreach (var channel in _channels)
        {
            if (channel is { Channel.Ended.IsCompleted: false } && (best is null || channel.OpenStreams < best.OpenStreams))
                best = channel;
        }

        return best;
    }

    /// <summary>Takes a channel into its place. The newest wins: one that was there is returned, to be closed.</summary>
    public bool TryAttach(int number, ChannelClient channel, out ChannelClient? replaced)
    {
        replaced = null;
        if (number >= _channels.Length)
            return false;
        lock (_gate)
            (replaced, _channels[number]) = (_channels[number], channel);
        return true;
    }

    /// <summary>Takes a channel out, unless a newer one is in its place already.</summary>
    public void Detach(int number, ChannelClient channel)
    {
        lock (_gate)
        {
            if (ReferenceEquals(_channels[number], channel))
                _channels[number] = null;
        }
    }

    /// <summary>Closes every channel that is up.</summary>
    public Task CloseAsync(CloseReason reason, string detail) =>
        Task.WhenAll(_channels.Where(channel => channel is not null).Select(channel => channel!.Channel.CloseAsync(reason, detail)));
}
