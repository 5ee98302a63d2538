using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Protocol.Tests.Access;

public sealed class KeyDigestTests
{
    private static readonly KeyDigest s_abc = KeyDigest.Of("abc");

    // FIPS 180-2, appendix B.1.
    private const string Abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    [Fact]
    public void Of_text_is_the_sha256_of_its_utf8()
    {
        Assert.Equal(Abc, s_abc.ToHex());
        var longText = new string('é', 5000);
        Assert.Equal(new KeyDigest(SHA256.HashData(Encoding.UTF8.GetBytes(longText))), KeyDigest.Of(longText));
    }

    [Fact]
    public void Text_forms_round_trip()
    {
        Assert.Equal("sha256:" + Abc, s_abc.Format());
        Assert.True(KeyDigest.TryParse(s_abc.Format(), out var parsed));
        Assert.Equal(s_abc, parsed);
        Assert.True(KeyDigest.TryParseHex(Abc.ToUpperInvariant(), out var upper));
        Assert.Equal(s_abc, upper);
    }

    [Theory]
    [InlineData("")]
    [InlineData("sha256:")]
    [InlineData("sha256:abcd")]
    [InlineData("md5:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("sha256:za7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad00")]
    public void TryParse_refuses_what_is_no_digest(string text) => Assert.False(KeyDigest.TryParse(text, out _));

    [Fact]
    public void Equals_sees_every_bit() => Prop.ForAll(
        Gen.Choose(0, 255).ToArbitrary(),
        bit =>
        {
            var bytes = SHA256.HashData("abc"u8);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            var other = new KeyDigest(bytes);
            return other != s_abc && !other.Equals((object)s_abc) && other.ToHex() != Abc;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Serves_as_a_dictionary_key()
    {
        var digests = Enumerable.Range(0, 1000).ToDictionary(i => KeyDigest.Of($"key {i}"));

        Assert.Equal(617, digests[KeyDigest.Of("key 617")]);
        Assert.False(digests.ContainsKey(s_abc));
    }

    [Fact]
    public void ToString_does_not_give_the_digest_away() => Assert.Equal("sha256:ba7816bf...", s_abc.ToString());

    [Fact]
    public void Json_is_64_hex_digits()
    {
        Assert.Equal($"\"{Abc}\"", JsonSerializer.Serialize(s_abc));
        Assert.Equal(s_abc, JsonSerializer.Deserialize<KeyDigest>($"\"{Abc}\""));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<KeyDigest>("\"abcd\""));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<KeyDigest>("7"));
    }

    [Fact]
    public void Constructor_refuses_other_lengths() => Assert.Throws<ArgumentException>(() => new KeyDigest(new byte[31]));
}
