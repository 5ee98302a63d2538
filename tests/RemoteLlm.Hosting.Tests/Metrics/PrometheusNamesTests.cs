using RemoteLlm.Hosting.Metrics;

namespace RemoteLlm.Hosting.Tests.Metrics;

public sealed class PrometheusNamesTests
{
    [Theory]
    [InlineData("http.server.request.duration", "s", "http_server_request_duration_seconds")]
    [InlineData("duration_seconds", "s", "duration_seconds")]
    [InlineData("memory", "By", "memory_bytes")]
    [InlineData("gen_ai.client.token.usage", "{token}", "gen_ai_client_token_usage")]
    [InlineData("ratio", "1", "ratio")]
    [InlineData("requests_total", null, "requests")]
    [InlineData("a..b--c", null, "a_b_c")]
    [InlineData("2fast", null, "_2fast")]
    [InlineData("speed", "m/s", "speed_m_s")]
    public void Metric_HasTheUnitAsItsLastWord(string instrument, string? unit, string name) => Assert.Equal(name, PrometheusNames.Metric(instrument, unit));

    [Theory]
    [InlineData("gen_ai.request.model", "gen_ai_request_model")]
    [InlineData("le", "exported_le")]
    [InlineData("overflow", "exported_overflow")]
    [InlineData("__name__", "exported_name_")]
    [InlineData("1st", "_1st")]
    [InlineData("grün", "gr_n")]
    public void Label_IsInTheAlphabetAndTakesNoReservedName(string tag, string name) => Assert.Equal(name, PrometheusNames.Label(tag));

    [Fact]
    public void Labels_ThatBecomeOneName_KeepBothValues() =>
        Assert.Equal("a_b=\"x;y\"", LabelText.Of([new("a.b", "x"), new("a_b", "y")]));
}
