using System.Net;
using System.Net.Sockets;
using RemoteLlm.Hosting.Edge.Keys;

namespace RemoteLlm.Broker.Portal.Enrolling;

/// <summary>
/// Who may join those that wait. Anybody may ask, so that places are few, and whoever has many addresses must not have them all: where none is left, the network with the most that wait gives its
/// oldest up for one of another network. Only those that nobody has decided about count, and only they give way.
/// </summary>
internal static class EnrolmentPlaces
{
    /// <summary>How many may wait at once: more than anybody looks through.</summary>
    public const int Most = 100;

    /// <summary>How many of one address: an office that enrols a few machines.</summary>
    public const int MostOfAddress = 5;

    /// <summary>Whether there is a place.</summary>
    /// <param name="entries">All, the oldest first.</param>
    /// <param name="address">Where the new one asks from.</param>
    /// <param name="name">What it wants to be called.</param>
    /// <param name="givesWay">Which has to go for it; null for none.</param>
    public static bool IsRoom(IReadOnlyCollection<EnrolmentEntry> entries, IPAddress address, string name, out EnrolmentEntry? givesWay)
    {
        givesWay = null;
        var (subscriber, network) = (SubscriberAddress.Of(address), NetworkOf(address));
        var waiting = entries.Where(static entry => entry.Enrolment.State == EnrolmentState.Pending).ToList();
        var own = waiting.Where(entry => entry.Subscriber.Equals(subscriber)).ToList();
        if (own.Count >= MostOfAddress)
        {
            // The command was run again and again: of the earlier codes none is on a screen any more.
            givesWay = own.Find(entry => entry.Enrolment.Name == name);
            return givesWay is not null;
        }

        if (waiting.Count < Most)
            return true;
        var fullest = waiting.GroupBy(static entry => entry.Network).MaxBy(static group => group.Count())!;
        // With one more it would be the fullest itself: then it waits like the others of its network.
        if (waiting.Count(entry => entry.Network.Equals(network)) + 1 > fullest.Count() - 1)
            return false;
        givesWay = fullest.First();
        return true;
    }

    /// <summary>The network of an address: the first 24 bits of an IPv4 address, the first 48 of an IPv6 address, which is what providers give to one customer.</summary>
    public static IPAddress NetworkOf(IPAddress address)
    {
        var subscriber = SubscriberAddress.Of(address);
        var bytes = subscriber.GetAddressBytes();
        bytes.AsSpan(subscriber.AddressFamily == AddressFamily.InterNetworkV6 ? 6 : 3).Clear();
        return new IPAddress(bytes);
    }
}
