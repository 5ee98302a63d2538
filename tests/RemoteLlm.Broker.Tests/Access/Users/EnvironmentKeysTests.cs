using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Tests.Access.Users;

public sealed class EnvironmentKeysTests
{
    private const string Key = "sk-0123456789abcdef:123456789abcdef";

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" , ,")]
    public void Parse_Nothing_IsNoKeys(string? value)
    {
        Assert.Empty(EnvironmentKeys.Parse(value, out var problem));
        Assert.Null(problem);
    }

    [Fact]
    public void Parse_TakesKeysWithAndWithoutAUser()
    {
        var keys = EnvironmentKeys.Parse($" alice : {Key} ,, {Key}2 ", out var problem);

        Assert.Null(problem);
        Assert.Equal([("alice", "sk-0123", ApiKey.Hash(Key)), (EnvironmentKeys.DefaultUser, "sk-0123", ApiKey.Hash(Key + "2"))], keys.Select(k => (k.User, k.Prefix, k.Digest)));
    }

    [Theory]
    [InlineData("alice:sk-short")]
    [InlineData(":" + Key)]
    [InlineData("alice:" + Key + ",SECRET")]
    [InlineData("alice:" + Key + ",bob:" + Key)]
    public void Parse_BadEntry_IsCountedAndNotQuoted(string value)
    {
        Assert.Empty(EnvironmentKeys.Parse(value, out var problem));
        Assert.Contains("Entry ", problem!.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", problem.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("0123", problem.ToString(), StringComparison.Ordinal);
    }
}
