using System.Diagnostics.Metrics;
using RemoteLlm.Hosting.Metrics;
using RemoteLlm.Testing;

namespace RemoteLlm.Hosting.Tests.Metrics;

using Tag = KeyValuePair<string, object?>;

public sealed class PrometheusRegistryTests : IDisposable
{
    private readonly MeasuredHost _host = new();

    [Fact]
    public void Write_BothFormats_ToTheLetter()
    {
        _host.Meter.CreateCounter<long>("requests", "{request}", "Requests\nby \"status\" \\ model.").Add(3, new Tag("status", 200), new Tag("gen_ai.model", "a\"b\\c\nd"));
        var histogram = _host.Meter.CreateHistogram("request.duration", "s", "How long.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 2] });
        histogram.Record(0.5);
        histogram.Record(0.6);
        histogram.Record(7);

        Assert.Equal(
            """
            # HELP request_duration_seconds How long.
            # TYPE request_duration_seconds histogram
            request_duration_seconds_bucket{le="0.5"} 1
            request_duration_seconds_bucket{le="2.0"} 2
            request_duration_seconds_bucket{le="+Inf"} 3
            request_duration_seconds_sum 8.1
            request_duration_seconds_count 3
            # HELP requests_total Requests\nby "status" \\ model.
            # TYPE requests_total counter
            requests_total{gen_ai_model="a\"b\\c\nd",status="200"} 3

            """,
            _host.Registry.Write(MetricsFormat.Prometheus));
        Assert.Equal(
            """
            # HELP request_duration_seconds How long.
            # TYPE request_duration_seconds histogram
            # UNIT request_duration_seconds seconds
            request_duration_seconds_bucket{le="0.5"} 1
            request_duration_seconds_bucket{le="2.0"} 2
            request_duration_seconds_bucket{le="+Inf"} 3
            request_duration_seconds_sum 8.1
            request_duration_seconds_count 3
            # HELP requests Requests\nby \"status\" \\ model.
            # TYPE requests counter
            requests_total{gen_ai_model="a\"b\\c\nd",status="200"} 3
            # EOF

            """,
            _host.Registry.Write(MetricsFormat.OpenMetrics));
    }

    [Fact]
    public void UpDownCounter_AndGauge_AreGauges()
    {
        var sessions = _host.Meter.CreateUpDownCounter<int>("sessions");
        sessions.Add(5);
        sessions.Add(-2);
        var depth = _host.Meter.CreateGauge<int>("depth");
        depth.Record(5);
        depth.Record(2);
        Assert.Equal(["sessions 3"], _host.Samples("sessions"));
        Assert.Equal(["depth 2"], _host.Samples("depth"));
        Assert.Contains("# TYPE sessions gauge", _host.Registry.Write(MetricsFormat.Prometheus), StringComparison.Ordinal);
    }

    [Fact]
    public void Tags_InAnyOrder_AndOfAnyType_AreOneSeries()
    {
        var counter = _host.Meter.CreateCounter<int>("c");
        counter.Add(1, new Tag("a", "1"), new Tag("b", true));
        counter.Add(1, new Tag("b", "true"), new Tag("a", 1));
        counter.Add(1, new Tag("a", "1"), new Tag("b", true), new Tag("none", null));
        Assert.Equal(["c_total{a=\"1\",b=\"true\"} 3"], _host.Samples("c_total"));
    }

    [Fact]
    public void MoreSeriesThanTheLimit_AddUpInOverflow()
    {
        using var host = new MeasuredHost(options => options.SeriesPerMetric = 2);
        var counter = host.Meter.CreateCounter<int>("c");
        for (var i = 0; i < 10; i++) counter.Add(1, new Tag("user", $"u{i}"));
        counter.Add(1, new Tag("user", "u0"));
        Assert.Equal(["c_total{user=\"u0\"} 2", "c_total{user=\"u1\"} 1", "c_total{overflow=\"true\"} 8"], host.Samples("c_total"));
    }

    [Fact]
    public void Observed_SeriesThatAreGone_AreNotExposed()
    {
        string[] connectors = ["a", "b"];
        _host.Meter.CreateObservableGauge("up", () => connectors.Select(name => new Measurement<int>(1, new Tag("connector", name))));
        Assert.Equal(["up{connector=\"a\"} 1", "up{connector=\"b\"} 1"], _host.Samples("up"));
        connectors = ["b"];
        Assert.Equal(["up{connector=\"b\"} 1"], _host.Samples("up"));
    }

    [Fact]
    public void Observation_ThatThrows_CostsOnlyItself()
    {
        _host.Meter.CreateObservableGauge("broken", int () => throw new InvalidOperationException("no"));
        _host.Meter.CreateObservableGauge("whole", () => 1);
        Assert.Equal(["whole 1"], _host.Samples("whole"));
    }

    [Fact]
    public void OtherHosts_AndOtherMeters_AreNotHeard()
    {
        using var other = new MeasuredHost();
        other.Meter.CreateCounter<int>("elsewhere").Add(1);
        _host.Meters.Create("Microsoft.AspNetCore.Hosting").CreateCounter<int>("noise").Add(1);
        Assert.Equal("", _host.Registry.Write(MetricsFormat.Prometheus));
        Assert.NotEmpty(other.Samples("elsewhere"));
    }

    [Fact]
    public void NameThatIsTakenByAnotherKind_IsNotExposedTwice()
    {
        _host.Meter.CreateCounter<int>("x").Add(1);
        _host.Meter.CreateGauge<int>("x").Record(7);
        Assert.Equal(["x_total 1"], _host.Samples("x"));
    }

    [Fact]
    public void Histogram_Configuration_WinsOverAdvice_AndNaNIsIgnored()
    {
        using var host = new MeasuredHost(options => options.Buckets["h"] = [1]);
        var histogram = host.Meter.CreateHistogram("h", null, null, null, new InstrumentAdvice<int> { HistogramBucketBoundaries = [5, 6] });
        histogram.Record(1);
        var seconds = host.Meter.CreateHistogram<double>("d", "s");
        seconds.Record(double.NaN);
        seconds.Record(601);
        Assert.Equal(["h_bucket{le=\"1.0\"} 1", "h_bucket{le=\"+Inf\"} 1", "h_sum 1", "h_count 1"], host.Samples("h"));
        Assert.Equal(HistogramBuckets.Seconds.Count + 1, host.Samples("d_seconds_bucket").Length);
        Assert.Equal(["d_seconds_count 1"], host.Samples("d_seconds_count"));
    }

    [Fact]
    public async Task ConcurrentRecording_LosesNothing()
    {
        var counter = _host.Meter.CreateCounter<double>("c");
        var histogram = _host.Meter.CreateHistogram<double>("h");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(() =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                counter.Add(1, new Tag("worker", i % 3));
                histogram.Record(i % 7);
            }
        }))).OrHang();
        Assert.Equal(40_000, _host.Samples("c_total").Sum(line => double.Parse(line.Split(' ')[1])));
        Assert.Equal(["h_count 40000"], _host.Samples("h_count"));
    }

    [Fact]
    public void Recording_IntoAKnownSeries_AllocatesNothing()
    {
        var counter = _host.Meter.CreateCounter<long>("c");
        var histogram = _host.Meter.CreateHistogram<double>("h", "s");
        Tag status = new("status", "200"), model = new("model", "llama3");
        Record(10);
        Assert.Equal(0, Allocations.OfARound(() => Record(10_000)));

        void Record(int times)
        {
            for (var i = 0; i < times; i++)
            {
                counter.Add(1, status, model);
                histogram.Record(0.2, status, model);
            }
        }
    }

    public void Dispose() => _host.Dispose();
}
