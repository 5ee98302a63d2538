using System.Security.Cryptography;
using System.Text;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Hosting.Files;
using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Broker.Usage;

/// <summary>
/// Proofs that this broker sent a request of a user to a connector: the first 16 bytes of HMAC-SHA256 over <c>id \n connector \n user</c>, in hex. The secret is in <c>billing.key</c> of the data
/// folder, made at the first start.
/// </summary>
internal sealed class BillingProofs
{
    /// <summary>The secret's file: 32 random bytes, mode 600.</summary>
    public const string FileName = "billing.key";

    private const int SecretSize = 32;
    private const int ProofSize = 16;

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

    private void Make(string id, string connector, string user, Span<byte> proof) =>
        HMACSHA256.HashData(_secret, Encoding.UTF8.GetBytes($"{id}\n{connector}\n{user}"), proof);
}
