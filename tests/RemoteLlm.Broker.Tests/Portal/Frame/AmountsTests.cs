using RemoteLlm.Broker.Portal.Frame;

namespace RemoteLlm.Broker.Tests.Portal.Frame;

/// <summary>Numbers read the same on all pages.</summary>
public sealed class AmountsTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(999, "999")]
    [InlineData(1000, "1,000")]
    [InlineData(9999, "9,999")]
    [InlineData(10_000, "10k")]
    [InlineData(12_345, "12.3k")]
    [InlineData(123_456, "123k")]
    [InlineData(999_499, "999k")]
    [InlineData(999_500, "1M")]
    [InlineData(1_500_000_000, "1.5G")]
    public void Large_counts_are_short(double count, string text) => Assert.Equal(text, Amounts.Short(count));

    [Theory]
    [InlineData("0", "$0.00")]
    [InlineData("0.0012", "$0.0012")]
    [InlineData("0.5", "$0.50")]
    [InlineData("1234.567", "$1,234.57")]
    public void Parts_of_a_cent_are_told_where_there_is_no_whole_dollar(string cost, string text) => Assert.Equal(text, Amounts.Dollars(decimal.Parse(cost, System.Globalization.CultureInfo.InvariantCulture)));
}
