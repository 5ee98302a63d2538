using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using RemoteLlm.Hosting.Metrics;
using RemoteLlm.Testing;

namespace RemoteLlm.Hosting.Tests.Metrics;

public sealed class ProcessMetricsTests : IAsyncDisposable
{
    private readonly ManualTime _time = new();
    private readonly ServiceProvider _services;

    public ProcessMetricsTests() =>
        _services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(_time).AddPrometheusMetrics().BuildServiceProvider();

    [Theory]
    [InlineData("process_cpu_seconds_total")]
    [InlineData("process_resident_memory_bytes")]
    [InlineData("process_start_time_seconds")]
    [InlineData("process_threads")]
    [InlineData("dotnet_gc_collections_total{generation=\"0\"}")]
    [InlineData("dotnet_gc_heap_total_allocated_bytes_total")]
    [InlineData("dotnet_gc_heap_size_bytes")]
    [InlineData("dotnet_gc_pause_time_seconds_total")]
    [InlineData("dotnet_thread_pool_threads")]
    [InlineData("dotnet_thread_pool_queue")]
    [InlineData("remotellm_build_info{version=")]
    public void Scrape_HasIt(string sample) => Assert.Contains("\n" + sample, Scrape(), StringComparison.Ordinal);

    [Fact]
    public void OpenFds_CountThoseOfThisProcess()
    {
        Need.That(Directory.Exists("/proc/self/fd"), "there is no /proc here");
        Assert.True(ValueOf("process_open_fds") > 2);
    }

    [Fact]
    public void Uptime_IsByTheClock()
    {
        Scrape();
        _time.Advance(TimeSpan.FromSeconds(90));
        Assert.Equal(90, ValueOf("process_uptime_seconds"));
    }

    [Fact]
    public async Task Promtool_FindsNothingToComplainOf()
    {
        var start = new ProcessStartInfo(Need.Tool("promtool"), "check metrics") { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardError = true };
        var meter = _services.GetRequiredService<IMeterFactory>().Create("RemoteLlm.Test");
        Scrape();
        meter.CreateHistogram<double>("gen_ai.server.time_to_first_token", "s", "With a \\ and a\nnew line.").Record(0.2, new KeyValuePair<string, object?>("model", "a\"b\\c\nd"));
        var text = Scrape();
        using var promtool = Process.Start(start)!;
        await promtool.StandardInput.WriteAsync(text);
        promtool.StandardInput.Close();
        var complaints = await promtool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken).OrHang();
        await promtool.WaitForExitAsync(TestContext.Current.CancellationToken).OrHang();
        Assert.Equal("", complaints);
        Assert.Equal(0, promtool.ExitCode);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private double ValueOf(string sample) =>
        double.Parse(Scrape().Split('\n').Single(line => line.StartsWith(sample + " ", StringComparison.Ordinal)).Split(' ')[1]);

    private string Scrape() => _services.GetRequiredService<PrometheusRegistry>().Write(MetricsFormat.Prometheus);
}
