using System.Net;
using RemoteLlm.Broker.Access.Connectors;
using RemoteLlm.Hosting.Edge.Keys;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Portal.Enrolling;

/// <summary>
/// Tokens that enrolment has handed over and with which nobody has connected yet, in memory alone. An answer may be lost on the line, so the same device code gets the same token again: until a
/// connector has connected with it, and for a few minutes only.
/// </summary>
/// <remarks>
/// Whoever has the device code could have fetched the token first; that he could do so later too must not go unseen. So the second fetch has to come from the address of the first, and is in the
/// audit log; one from elsewhere gets nothing, and takes the token back, as RFC 6749 (section 4.1.2) wants of a code that is used twice: one of the two is a thief, and which one nobody can tell.
/// A thief behind the same address as the owner is not noticed by this.
/// </remarks>
internal sealed class HandedTokens(TimeProvider time) : IDisposable
{
    /// <summary>How long a token is handed over again, 5 min: a line that is away, or a broker's proxy that restarts, is back by then.</summary>
    public static readonly TimeSpan Repeatable = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly List<Entry> _entries = [];

    /// <summary>A token was made and listed, and is about to be handed over.</summary>
    public void Add(HandedToken token, string deviceCode, IPAddress? address)
    {
        var entry = new Entry(token, KeyDigest.Of(deviceCode), SubscriberOf(address), time.GetUtcNow());
        lock (_gate)
        {
            _entries.Add(entry);
            entry.Timer = time.CreateTimer(static state => ((Entry)state!).Token = null, entry, Repeatable, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Somebody asks for a token that was handed over.</summary>
    /// <param name="deviceCode">By what he asks.</param>
    /// <param name="address">Where from.</param>
    /// <param name="isElsewhere">Whether that is not where it was handed to: then it has to be taken back, and is told of no more.</param>
    /// <returns>The token; null for none, or no longer.</returns>
    public HandedToken? Again(string deviceCode, IPAddress? address, out bool isElsewhere)
    {
        var (digest, subscriber) = (KeyDigest.Of(deviceCode), SubscriberOf(address));
        lock (_gate)
        {
            isElsewhere = false;
            if (_entries.Find(entry => entry.Device == digest) is not { Token: { } token } found)
                return null;
            isElsewhere = !found.Subscriber.Equals(subscriber);
            if (isElsewhere)
                found.Forget();
            return token;
        }
    }

    /// <summary>When the token was handed over with which nobody has connected since; null for any other.</summary>
    public DateTimeOffset? AwaitedSince(KeyDigest token)
    {
        lock (_gate)
            return _entries.Find(entry => entry.Digest == token)?.At;
    }

    /// <summary>A connector has connected.</summary>
    public void Connected(KeyDigest token) => Remove(entry => entry.Digest == token);

    /// <summary>Forgets the tokens that are listed no more.</summary>
    public void KeepListed(ConnectorDirectory connectors) => Remove(entry => !connectors.TryFind(entry.Digest, out _));

    public void Dispose() => Remove(static _ => true);

    private void Remove(Predicate<Entry> which)
    {
        lock (_gate)
        {
            foreach (var entry in _entries.FindAll(which))
            {
                entry.Forget();
                _entries.Remove(entry);
            }
        }
    }

    private static IPAddress SubscriberOf(IPAddress? address) => SubscriberAddress.Of(address ?? IPAddress.None);

    private sealed class Entry(HandedToken token, KeyDigest device, IPAddress subscriber, DateTimeOffset at)
    {
        /// <summary>The token; null once it is not handed over any more.</summary>
        public HandedToken? Token { get; set; } = token;

        public KeyDigest Digest { get; } = ConnectorToken.Hash(token.Token);

        public KeyDigest Device { get; } = device;

        public IPAddress Subscriber { get; } = subscriber;

        public DateTimeOffset At { get; } = at;

        public ITimer? Timer { get; set; }

        public void Forget()
        {
            Token = null;
            Timer?.Dispose();
        }
    }
}

/// <summary>A token and the connector whose it is.</summary>
/// <param name="Name">The connector's name.</param>
/// <param name="Token">The token. A secret.</param>
internal sealed record HandedToken(string Name, string Token)
{
    /// <summary>The token is left out.</summary>
    public override string ToString() => $"token of {Name}";
}
