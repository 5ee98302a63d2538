using RemoteLlm.Hosting.Metrics;

namespace RemoteLlm.Hosting.Tests.Metrics;

public sealed class MetricsFormatTests
{
    [Theory]
    [InlineData("application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2", MetricsFormat.OpenMetrics)]
    [InlineData("application/openmetrics-text", MetricsFormat.OpenMetrics)]
    [InlineData("application/openmetrics-text;version=\"1.0.0\"", MetricsFormat.OpenMetrics)]
    [InlineData("text/plain, application/openmetrics-text;q=0.5", MetricsFormat.Prometheus)]
    [InlineData("application/openmetrics-text;q=0", MetricsFormat.Prometheus)]
    [InlineData("application/openmetrics-text;version=2.0.0", MetricsFormat.Prometheus)]
    [InlineData("text/html, */*", MetricsFormat.Prometheus)]
    [InlineData("*/*", MetricsFormat.Prometheus)]
    [InlineData("", MetricsFormat.Prometheus)]
    [InlineData(";;;garbage", MetricsFormat.Prometheus)]
    public void Negotiate_GivesOpenMetricsOnlyToThoseWhoPreferIt(string accept, MetricsFormat format) =>
        Assert.Equal(format, MetricsFormats.Negotiate([accept]));
}
