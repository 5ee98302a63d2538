using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Protocol.Tests.Access;

public sealed class RequestClassesTests
{
    [Theory]
    [InlineData(RequestClass.Interactive, null, RequestClass.Interactive)]
    [InlineData(RequestClass.Interactive, "batch", RequestClass.Batch)]
    [InlineData(RequestClass.Interactive, "BATCH", RequestClass.Batch)]
    [InlineData(RequestClass.Interactive, "urgent", RequestClass.Interactive)]
    [InlineData(RequestClass.Batch, null, RequestClass.Batch)]
    [InlineData(RequestClass.Batch, "interactive", RequestClass.Batch)]
    [InlineData(RequestClass.Batch, "batch", RequestClass.Batch)]
    public void A_request_may_lower_its_keys_class_and_never_raise_it(RequestClass key, string? asked, RequestClass expected) => Assert.Equal(expected, RequestClasses.Of(key, asked));

    [Fact]
    public void Every_class_is_read_by_its_name_and_nothing_else_is_one()
    {
        foreach (var of in Enum.GetValues<RequestClass>())
            Assert.True(RequestClasses.TryParse(RequestClasses.NameOf(of), out var read) && read == of);
        Assert.Equal(Enum.GetValues<RequestClass>().Select(RequestClasses.NameOf), RequestClasses.Names);
        Assert.All(["", " batch", "batch,batch", "bulk", null], static name => Assert.False(RequestClasses.TryParse(name, out _)));
    }
}
