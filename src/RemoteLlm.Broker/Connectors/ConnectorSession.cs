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
    private readonly SessionChannel?[] _channels;
    private readonly long[] _epochs;
    private readonly string _secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
    private readonly Lock _gate = new();
    private bool _ended;
    private FrozenDictionary<string, ModelDescription> _models = FrozenDictionary<string, ModelDescription>.Empty;
    private long _acknowledged = -1;
    private int _resumes;

    public ConnectorSession(ConnectorRecord connector, SessionRequest request, ControlLine control, int channels, long number)
    {
        ConnectorId = connector.Name;
        Token = connector.TokenDigest;
        Instance = request.Instance;
        Software = request.Software;
        Control = control;
        Address = control.Address;
        Roster = new RosterDelivery(control);
        Number = number;
        _channels = new SessionChannel?[channels];
        _epochs = new long[channels];
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

    /// <summary>The version of the control contract that it speaks.</summary>
    public int Version { get; private set; }

    /// <summary>When it was opened.</summary>
    public DateTimeOffset OpenedAt { get; init; }

    /// <summary>Where its control connection comes from, or last came from; null when that is not known.</summary>
    public string? Address { get; private set; }

    /// <summary>How often a channel went on over a new line.</summary>
    public int Resumes => Volatile.Read(ref _resumes);

    /// <summary>The control connection; null while it is lost.</summary>
    public ControlLine? Control { get; private set; }

    /// <summary>What the connector has been told of its roster over the last control connection.</summary>
    public RosterDelivery Roster { get; private set; }

    /// <summary>How often the control connection was lost: tells one loss from the next.</summary>
    public int ControlLosses { get; private set; }

    /// <summary>The control connection has stayed away: nobody can tell the connector anything, so it gets no further requests until it is back.</summary>
    public bool Stranded { get; set; }

    /// <summary>Timestamp of the last loss of a line or of the control connection.</summary>
    public long LastContact { get; set; }

    /// <summary>Users whose spending it is to be told.</summary>
    public ChangedUsers SpendingChanged { get; } = new();

    /// <summary>No further requests go here; what runs is finished.</summary>
    public bool Draining { get; set; }

    /// <summary>A newer session took this one's traffic.</summary>
    public bool Superseded { get; set; }

    public ModelInventory Inventory { get; private set; } = ModelInventory.Empty;

    /// <summary>What it reported last of its servers and queue; null while its control connection is lost, and from one that does not tell.</summary>
    public ReportedStatus? Status { get; private set; }

    public long AcknowledgedRevision => Volatile.Read(ref _acknowledged);

    /// <summary>Channels that a socket carries now.</summary>
    public int ChannelsUp => _channels.Count(channel => channel is { Channel.LineUp: true });

    /// <summary>Channels that live, with a socket or waiting for their next.</summary>
    public int Channels => _channels.Count(channel => channel is not null);

    /// <summary>True while a request that is sent now would reach the connector.</summary>
    public bool LineUp => _channels.Any(channel => channel is { Usable: true });

    public bool Routable => !Draining && !Superseded && !Stranded && AcknowledgedRevision >= 0 && LineUp;

    /// <summary>True while nothing connects it with its connector: neither control connection nor socket.</summary>
    public bool IsDeserted => Control is null && ChannelsUp == 0;

    /// <summary>Requests under way on all channels.</summary>
    public int OpenStreams => _channels.Sum(channel => channel?.Client.OpenStreams ?? 0);

    /// <summary>The last measured round trip of each channel that has one.</summary>
    public IEnumerable<(int Channel, TimeSpan RoundTrip)> RoundTrips
    {
        get
        {
            for (var number = 0; number < _channels.Length; number++)
            {
                if (_channels[number]?.Channel.RoundTrip is { } roundTrip)
                    yield return (number, roundTrip);
            }
        }
    }

    public SessionGrant Grant(int version, bool resumed, RosterPush roster)
    {
        _ = Roster.Sending(roster);
        Version = version;
        return new SessionGrant(version, ConnectorId, Id, _secret, _channels.Length, resumed, roster);
    }

    public bool IsSecret(string? secret) => secret is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(_secret));

    /// <summary>Whether it serves the model; by Ollama's names a missing tag is <c>latest</c>.</summary>
    public bool Serves(string model)
    {
        var models = Volatile.Read(ref _models);
        return models.ContainsKey(model) || (ModelName.WithTag(model) is { } tagged && models.ContainsKey(tagged));
    }

    public IEnumerable<ModelDescription> Models => Volatile.Read(ref _models).Values;

    /// <summary>A control connection has come, or come back.</summary>
    /// <returns>The one that it takes over from; null when there was none.</returns>
    public ControlLine? ControlUp(ControlLine control)
    {
        lock (_gate)
        {
            var former = Control;
            Roster.Close();
            (Control, Roster, Stranded, Status) = (control, new RosterDelivery(control), false, null);
            Address = control.Address;
            return former;
        }
    }

    /// <summary>A control connection was lost. False when another has taken over from it.</summary>
    public bool ControlDown(string id, long now)
    {
        lock (_gate)
        {
            if (Control?.Id != id)
                return false;
            ControlLosses++;
            Roster.Close();
            (Control, Status) = (null, null);
            LastContact = now;
            return true;
        }
    }

    /// <summary>The connector has put a roster in force. One that could not (-1) goes on with what it has.</summary>
    public void Acknowledge(long revision)
    {
        if (revision >= 0)
            Volatile.Write(ref _acknowledged, revision);
    }

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

    /// <summary>Takes a report of servers and queue. False when it makes no sense, or came over another control connection than the present one.</summary>
    public bool Report(string control, ConnectorStatus status)
    {
        lock (_gate)
        {
            if (Control?.Id != control || ReportedStatus.Of(status, Status) is not { } reported)
                return false;
            Status = reported;
            return true;
        }
    }

    /// <summary>The channel with the fewest requests whose line is up, among equals the one with the least on its way; null when there is none.</summary>
    public ChannelClient? PickChannel()
    {
        SessionChannel? best = null;
        foreach (var channel in _channels)
        {
            if (channel is { Usable: true } && (best is null || IsLessBusy(channel, best)))
                best = channel;
        }

        return best?.Client;
    }

    /// <summary>
    /// Finds the channel that a HELLO speaks of, or makes it. The newest wins: one of an older epoch is put out of its place and returned.
    /// </summary>
    /// <returns>Null when there is a channel; otherwise why not.</returns>
    /// <param name="hello">The hello.</param>
    /// <param name="make">Makes a channel.</param>
    /// <param name="placed">The channel in its place.</param>
    /// <param name="made">True when it is a new one.</param>
    /// <param name="replaced">The one that had to leave; to be closed.</param>
    public CloseReason? Place(Hello hello, Func<Channel> make, out SessionChannel? placed, out bool made, out SessionChannel? replaced)
    {
        (placed, made, replaced) = (null, false, null);
        if (hello.Channel >= _channels.Length)
            return CloseReason.TooManyChannels;
        lock (_gate)
        {
            if (_ended)
                return CloseReason.SessionEnded;
            var present = _channels[hello.Channel];
            if (hello.Epoch <= _epochs[hello.Channel])
            {
                placed = present is { Channel.Ended.IsCompleted: false } && present.Epoch == hello.Epoch ? present : null;
                return placed is null ? CloseReason.ChannelEnded : null;
            }

            // A new channel begins with nothing received.
            if (hello.Received > 0)
                return CloseReason.ChannelEnded;
            replaced = present;
            _epochs[hello.Channel] = hello.Epoch;
            _channels[hello.Channel] = placed = new SessionChannel(hello.Epoch, make());
            made = true;
        }

        return null;
    }

    /// <summary>A channel goes on over a new line.</summary>
    public void CountResume() => Interlocked.Increment(ref _resumes);

    /// <summary>Takes a channel out, unless a newer one is in its place already.</summary>
    public void Remove(int number, SessionChannel channel)
    {
        lock (_gate)
        {
            if (ReferenceEquals(_channels[number], channel))
                _channels[number] = null;
        }
    }

    /// <summary>Ends the session for good: a channel that was being dialled meanwhile is not taken any more.</summary>
    public Task EndAsync(CloseReason reason, string detail)
    {
        lock (_gate)
            _ended = true;
        return CloseAsync(reason, detail);
    }

    /// <summary>Closes every channel that is up.</summary>
    public Task CloseAsync(CloseReason reason, string detail) =>
        Task.WhenAll(_channels.Where(channel => channel is not null).Select(channel => channel!.Channel.CloseAsync(reason, detail)));

    private static bool IsLessBusy(SessionChannel one, SessionChannel other) => one.Client.OpenStreams != other.Client.OpenStreams
        ? one.Client.OpenStreams < other.Client.OpenStreams
        : one.Channel.BytesUnacknowledged < other.Channel.BytesUnacknowledged;
}
