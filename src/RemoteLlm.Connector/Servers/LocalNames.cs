using System.Net;
using System.Net.Sockets;

namespace RemoteLlm.Connector.Servers;

/// <summary>Tells hosts of this machine and network from those of the Internet, without asking anybody.</summary>
internal static class LocalNames
{
    private static readonly string[] s_suffixes = [".local", ".lan", ".home.arpa", ".internal", ".localhost"];

    /// <summary>True for loopback, private (RFC 1918, RFC 4193) and link-local numbers, for names without a dot, and for those under a suffix that is only used locally.</summary>
    public static bool IsLocal(string host)
    {
        if (!IPAddress.TryParse(host.Trim('[', ']'), out var address))
            return !host.Contains('.') || Array.Exists(s_suffixes, suffix => host.EndsWith(suffix, StringComparison.OrdinalIgnoreCase));
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return IPAddress.IsLoopback(address) || (address.AddressFamily == AddressFamily.InterNetwork ? IsPrivate(address.GetAddressBytes()) : address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal);
    }

    // 100.64/10 is what overlay networks between a person's own machines use.
    private static bool IsPrivate(byte[] address) => address[0] == 10
        || (address[0] == 172 && address[1] is >= 16 and < 32)
        || (address[0] == 192 && address[1] == 168)
        || (address[0] == 169 && address[1] == 254)
        || (address[0] == 100 && address[1] is >= 64 and < 128);
}
