using System.Net;
using System.Net.Sockets;

namespace RemoteLlm.Hosting.Edge.Keys;

/// <summary>The address by which callers are counted.</summary>
public static class SubscriberAddress
{
    /// <summary>An IPv4 address as it is, and of an IPv6 address the network: one subscriber has a whole /64 to try from.</summary>
    public static IPAddress Of(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new IPAddress(bytes);
    }
}
