using System.Text;
using RemoteLlm.Connector.Servers;

namespace RemoteLlm.Connector.Tests.Servers;

/// <summary>A server that refuses to be asked for its usage is asked once.</summary>
public sealed class UsageRefusalTests
{
    [Theory]
    [InlineData(400, """{"error":"unknown field stream_options"}""", true)]
    [InlineData(422, """{"detail":[{"loc":["body","stream_options","include_usage"]}]}""", true)]
    [InlineData(400, """{"error":"include_usage is not supported"}""", true)]
    [InlineData(400, """{"error":"no such model"}""", false)]
    [InlineData(500, """{"error":"stream_options"}""", false)]
    [InlineData(200, "stream_options", false)]
    [InlineData(400, "", false)]
    public void A_refusal_that_names_it_is_worth_another_try(int status, string body, bool refused) =>
        Assert.Equal(refused, ResponseHabits.MayRefuseUsage(status, Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void Only_a_success_without_it_teaches()
    {
        var habits = new ResponseHabits(TimeProvider.System);
        Assert.True(habits.TakesUsageRequest);

        habits.ObserveUsageRefusal();

        Assert.False(habits.TakesUsageRequest);
    }
}
