using System.Security.Cryptography;
using System.Text;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Hosting.Files;
using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Usage;

/// <summary>
/// Proofs that this broker sent a request of a user to a connector: the first 16 bytes of HMAC-SHA256 over <c>id \n connector \n user</c>, in hex; and what the ledger calls keys. The secret is in
/// <c>billing.key</c> of the data folder, made at the first start.
/// </summary>
internal sealed class BillingProofs
{
    /// <summary>The secret's file: 32 random bytes, mode 600.</summary>
    public const string FileName = "billing.key";

    private const int SecretSize = 32;
    private const int ProofSize = 16;
    private const int KeyIdSize = 8;
    private const string KeyIdPrefix = "key_";

    private readonly byte[] _secret;

    /// <summary>Takes the secret of a data folder, or makes one.</summary>
    /// <exception cref="SettingException">What is there is not a secret, or cannot be read or made.</exception>
    public BillingProofs(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            PrivateFolder.Ensure(folder);
            if (!File.Exists(path))
                AtomicFile.Write(path, RandomNumberGenerator.GetBytes(SecretSize));
            _secret = AtomicFile.ReadBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"{path} can be neither read nor made: {exception.Message}", exception);
        }

        if (_secret.Length != SecretSize)
            throw new SettingException($"{path} must have {SecretSize} bytes. Restore it from a backup, or remove it: a new one is made, and usage not settled yet is refused.");
    }

    /// <summary>The proof for one attempt at a request.</summary>
    /// <param name="id">Under which its usage is booked.</param>
    /// <param name="connector">The connector's id.</param>
    /// <param name="user">Whose request.</param>
    public string Of(string id, string connector, string user)
    {
        Span<byte> proof = stackalloc byte[SHA256.HashSizeInBytes];
        Make(id, connector, user, proof);
        return Convert.ToHexStringLower(proof[..ProofSize]);
    }

    /// <summary>Whether a proof is the one; in a time that tells nothing about it.</summary>
    public bool IsOf(string? proof, string id, string connector, string user)
    {
        Span<byte> sent = stackalloc byte[ProofSize];
        Span<byte> right = stackalloc byte[SHA256.HashSizeInBytes];
        if (proof is not { Length: 2 * ProofSize } || Convert.FromHexString(proof, sent, out _, out _) != System.Buffers.OperationStatus.Done)
            return false;
        Make(id, connector, user, right);
        return CryptographicOperations.FixedTimeEquals(sent, right[..ProofSize]);
    }

    /// <summary>
    /// What the ledger calls a key, the same under all its names and for no other: <c>key_</c> and 16 hex digits of an HMAC-SHA256 over its digest. With the secret, because a key that an operator typed
    /// can be guessed: what is made of the digest alone, as the addresses of pages are, would let whoever has a ledger's copy, a connector's outbox or a table try guesses without <c>users.yaml</c>.
    /// </summary>
    public string KeyId(KeyRecord key)
    {
        if (key.LedgerId is { } given)
            return given;
        // No request's id begins so: no proof is made of such a text.
        ReadOnlySpan<byte> purpose = "key\n"u8;
        Span<byte> text = stackalloc byte[purpose.Length + KeyDigest.Size];
        purpose.CopyTo(text);
        key.Digest.CopyTo(text[purpose.Length..]);
        Span<byte> code = stackalloc byte[SHA256.HashSizeInBytes];
        HMACSHA256.HashData(_secret, text, code);
        Span<char> id = stackalloc char[KeyIdPrefix.Length + (2 * KeyIdSize)];
        KeyIdPrefix.CopyTo(id);
        Convert.TryToHexStringLower(code[..KeyIdSize], id[KeyIdPrefix.Length..], out _);
        return new string(id);
    }

    private void Make(string id, string connector, string user, Span<byte> proof) =>
        HMACSHA256.HashData(_secret, Encoding.UTF8.GetBytes($"{id}\n{connector}\n{user}"), proof);
}
