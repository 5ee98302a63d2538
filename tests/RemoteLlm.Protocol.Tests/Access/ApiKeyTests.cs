using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Protocol.Tests.Access;

public sealed class ApiKeyTests
{
    [Fact]
    public void Generate_gives_the_scheme_and_32_hex_digits_and_never_the_same()
    {
        var keys = Enumerable.Range(0, 100).Select(_ => ApiKey.Generate()).ToHashSet(StringComparer.Ordinal);

        Assert.Equal(100, keys.Count);
        Assert.All(keys, key => Assert.Matches("^sk-[0-9a-f]{32}$", key));
        Assert.All(keys, key => Assert.True(ApiKey.IsWellFormed(key)));
    }

    [Theory]
    [InlineData("sk-any-text-of-32-characters-or-m", true)]
    [InlineData("sk-exactly-32-characters-long-xx", true)]
    [InlineData("sk-one-less-than-32-characters-", false)]
    [InlineData("SK-any-text-of-32-characters-or-more", false)]
    [InlineData("rlc-any-text-of-32-characters-or-more", false)]
    [InlineData("sk-any text-of-32-characters-or-more", false)]
    [InlineData("sk-any-text-of-32-characters-or-more\n", false)]
    [InlineData("sk-any-text-of-32-charactérs-or-more", false)]
    [InlineData("", false)]
    public void IsWellFormed_accepts_printable_ascii_of_32_characters_or_more(string text, bool expected) =>
        Assert.Equal(expected, ApiKey.IsWellFormed(text));

    [Fact]
    public void IsWellFormed_ends_at_256_characters()
    {
        Assert.True(ApiKey.IsWellFormed("sk-" + new string('x', 253)));
        Assert.False(ApiKey.IsWellFormed("sk-" + new string('x', 254)));
    }

    [Fact]
    public void Prefix_is_the_scheme_and_four_characters()
    {
        Assert.Equal("sk-a1b2", ApiKey.Prefix("sk-a1b2c3d4"));
        Assert.Equal("rlc-a1b2", ConnectorToken.Prefix("rlc-a1b2c3d4"));
        Assert.Equal("sk-", ApiKey.Prefix("sk-"));
    }

    [Fact]
    public void Hash_is_the_sha256_of_the_whole_key()
    {
        // printf 'sk-0123456789abcdef0123456789abcdef' | sha256sum
        const string Expected = "sha256:18164f3170e8b94fc50973e8ab24852fc4309c4903c574037fcda4b53ec6f68b";

        Assert.Equal(Expected, ApiKey.Hash("sk-0123456789abcdef0123456789abcdef").Format());
    }

    [Fact]
    public void A_connector_token_is_no_api_key_and_the_other_way_round()
    {
        Assert.True(ConnectorToken.IsWellFormed(ConnectorToken.Generate()));
        Assert.False(ConnectorToken.IsWellFormed(ApiKey.Generate()));
        Assert.False(ApiKey.IsWellFormed(ConnectorToken.Generate()));
    }
}
