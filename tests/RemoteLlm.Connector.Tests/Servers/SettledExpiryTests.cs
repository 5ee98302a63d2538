using RemoteLlm.Connector.Servers;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Connector.Tests.Servers;

public sealed class SettledExpiryTests
{
    private static readonly DateTimeOffset s_now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("2026-01-01T12:05:00.514284731Z", "2026-01-01T12:05:30Z", "2026-01-01T12:05:00.514284731Z")]
    [InlineData("2026-01-01T13:05:00+01:00", "2026-01-01T12:05:30Z", "2026-01-01T13:05:00+01:00")]
    [InlineData("2026-01-01T12:01:00Z", "2026-01-01T12:05:00Z", "2026-01-01T12:05:00Z")]
    [InlineData("2026-01-01T12:05:00Z", "2026-01-01T12:02:00Z", "2026-01-01T12:02:00Z")]
    [InlineData(null, "2026-01-01T12:05:00Z", "2026-01-01T12:05:00Z")]
    [InlineData("soon", "2026-01-01T12:05:00Z", "2026-01-01T12:05:00Z")]
    [InlineData("2026-01-01T12:05:00Z", "soon", "soon")]
    [InlineData("2026-01-01T12:05:00Z", null, null)]
    public void A_time_that_was_told_stays_while_it_is_not_near_and_not_too_late(string? told, string? found, string? expected) =>
        Assert.Equal(Models(expected), SettledExpiry.Keep(Models(found), Models(told), s_now));

    [Fact]
    public void In_constant_use_a_new_time_is_told_about_every_four_minutes()
    {
        var (told, changes) = (Models(Time(0)), 0);
        for (var second = 30; second <= 3600; second += 30)
        {
            var kept = SettledExpiry.Keep(Models(Time(second)), told, s_now.AddSeconds(second));
            changes += kept.SequenceEqual(told) ? 0 : 1;
            told = kept;
        }

        Assert.InRange(changes, 13, 15);

        static string Time(int second) => s_now.AddSeconds(second + 300).ToString("O");
    }

    private static IReadOnlyList<ServerModel> Models(string? expiresAt) =>
        [new ServerModel("a"), new ServerModel("b") { Ollama = new OllamaModel("", 1, "d", "", "", "", "") { ExpiresAt = expiresAt } }];
}
