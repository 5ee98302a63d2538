using RemoteLlm.Broker.Portal.Usage;

namespace RemoteLlm.Broker.Tests.Portal.Usage;

public sealed class ChartScaleTests
{
    [Fact]
    public void Whatever_the_values_two_to_five_lines_at_round_numbers_cover_them()
    {
        for (var most = 0.0; most < 1e12; most = (most * 1.07) + 0.3)
        {
            var scale = ChartScale.For(most);

            Assert.True(scale.Top >= most, $"{most} is above {scale.Top}");
            Assert.True(most < 4 || scale.Top <= most * 1.51, $"{most} is far below {scale.Top}");
            Assert.InRange(scale.Lines.Count, 2, 5);
            Assert.Equal(0, scale.Lines[0]);
            Assert.Equal(scale.Top, scale.Lines[^1]);
            Assert.All(scale.Lines, line => Assert.Equal(Math.Round(line), line));
        }
    }
}
