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
    public void Only_a_refusal_that_names_it_teaches(int status, string body, bool refused)
    {
        var habits = new ResponseHabits();
        Assert.True(habits.TakesUsageRequest);

        Assert.Equal(refused, habits.ObserveUsageRefusal(status, Encoding.UTF8.GetBytes(body)));

        Assert.Equal(!refused, habits.TakesUsageRequest);
    }
}
