using System.Security.Cryptography;
using System.Text;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Portal.Keys;

/// <summary>What pages and their addresses call a key: made of its digest, and of no use for anything else.</summary>
internal static class KeyId
{
    private static readonly byte[] s_purpose = Encoding.UTF8.GetBytes("portal-key-id");

    /// <summary>The id of a key: 16 hex digits.</summary>
    public static string Of(KeyDigest digest)
    {
        Span<byte> text = stackalloc byte[s_purpose.Length + KeyDigest.Size];
        s_purpose.CopyTo(text);
        digest.CopyTo(text[s_purpose.Length..]);
        return Convert.ToHexStringLower(SHA256.HashData(text)[..8]);
    }

    /// <summary>The user's key of an id; null when he has none.</summary>
    public static KeyRecord? Find(UserRecord user, string? id) => id is null ? null : user.Keys.FirstOrDefault(key => Of(key.Digest) == id);
}
