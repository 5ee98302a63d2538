using RemoteLlm.Hosting.Edge.Keys;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Hosting.Tests.Edge.Keys;

public sealed class KeyListTests
{
    private const string Key = "sk-0123456789abcdef=123456789abcdef";

    private readonly KeyList _list = new('=', "somebody");

    [Theory]
    [InlineData(Key, "somebody")]
    [InlineData(" kim = " + Key + " ", "kim")]
    [InlineData("kim:lan=" + Key, "kim:lan")]
    public void An_entry_is_a_key_with_or_without_its_user(string entry, string user)
    {
        Assert.Null(_list.Add(entry.Trim()));

        Assert.Equal(new ListedKey(user, "sk-0123", ApiKey.Hash(Key)), Assert.Single(_list.Keys));
    }

    [Theory]
    [InlineData("SECRET")]
    [InlineData("kim=SECRET")]
    [InlineData("kim=sk-SECRET")]
    [InlineData("=" + Key)]
    [InlineData("kim:" + Key)]
    [InlineData("kim=sk-0123456789abcdef SECRET0123456789")]
    public void What_is_none_is_refused_and_not_quoted(string entry)
    {
        var problem = _list.Add(entry);

        Assert.NotNull(problem);
        Assert.DoesNotContain("SECRET", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("0123", problem, StringComparison.Ordinal);
        Assert.Contains("=sk-...", problem, StringComparison.Ordinal);
        Assert.Empty(_list.Keys);
    }

    [Fact]
    public void A_key_is_listed_once()
    {
        Assert.Null(_list.Add($"kim={Key}"));

        Assert.NotNull(_list.Add($"lee={Key}"));
        Assert.Equal("kim", Assert.Single(_list.Keys).User);
    }
}
