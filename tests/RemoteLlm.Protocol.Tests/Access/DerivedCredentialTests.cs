using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Protocol.Tests.Access;

public sealed class DerivedCredentialTests
{
    private const string Key = "sk-0123456789abcdef0123456789abcdef";

    // Python: c = hmac.new(sha256(key).digest(), 'büro-gpu'.encode(), sha256).digest(); c.hex(), sha256(c).hexdigest()
    private const string Credential = "dc7a38b78b20aeeb3293c5f5ed2f53d388451cb0dfa6f14361e253a865c779ea";
    private const string Fingerprint = "4d4c0d923e5c03bb8ec7a675ede33aeb4913db6a56c05d3b305feecdc241330b";

    [Fact]
    public void Derive_is_the_hmac_of_the_connector_id_under_the_keys_hash()
    {
        var credential = DerivedCredential.Derive(ApiKey.Hash(Key), "büro-gpu");

        Assert.Equal(Credential, DerivedCredential.Format(credential));
        Assert.Equal(Fingerprint, DerivedCredential.Fingerprint(credential).ToHex());
        Assert.Equal(Fingerprint, DerivedCredential.FingerprintOf(ApiKey.Hash(Key), "büro-gpu").ToHex());
    }

    [Fact]
    public void Derive_differs_by_connector_and_by_key()
    {
        var here = DerivedCredential.FingerprintOf(ApiKey.Hash(Key), "a");

        Assert.NotEqual(here, DerivedCredential.FingerprintOf(ApiKey.Hash(Key), "b"));
        Assert.NotEqual(here, DerivedCredential.FingerprintOf(ApiKey.Hash(Key + "0"), "a"));
    }

    [Fact]
    public void TryParse_reads_what_Format_wrote()
    {
        var bytes = new byte[DerivedCredential.Size];

        Assert.True(DerivedCredential.TryParse(Credential, bytes));
        Assert.Equal(Credential, DerivedCredential.Format(bytes));
    }

    [Fact]
    public void TryParse_refuses_other_cases_lengths_and_characters()
    {
        var bytes = new byte[64];

        Assert.False(DerivedCredential.TryParse(Credential.ToUpperInvariant(), bytes));
        Assert.False(DerivedCredential.TryParse(Credential.AsSpan(1), bytes));
        Assert.False(DerivedCredential.TryParse(Credential + "00", bytes));
        Assert.False(DerivedCredential.TryParse("g" + Credential[1..], bytes));
        Assert.False(DerivedCredential.TryParse("", bytes));
    }
}
