using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Hosting.Management;
using RemoteLlm.Testing;

namespace RemoteLlm.Hosting.Tests.Management;

public sealed class ManagementServerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DefaultPort_ThatIsTaken_GivesAWarningAndAnother()
    {
        using var taken = Occupy();
        await using var host = await ManagedHost.Started(new ManagementOptions { DefaultPort = taken.Port });
        Assert.InRange(host.Url.Port, taken.Port + 1, taken.Port + ManagementOptions.PortsToTry - 1);
        Assert.Contains($"Warning: The management port {taken.Port} is taken; using {host.Url.Port} instead", host.Log.Lines);
        Assert.Equal(HttpStatusCode.OK, (await host.Get("/health")).StatusCode);
    }

    [Fact]
    public async Task PortThatWasAskedFor_AndIsTaken_IsAFaultInOneLine()
    {
        using var taken = Occupy();
        var urls = $"http://127.0.0.1:{taken.Port}";
        await using var host = new ManagedHost(new ManagementOptions { DefaultPort = 0, Urls = urls });
        var fault = await Assert.ThrowsAsync<SettingException>(() => host.Host.StartAsync(Cancel).OrHang());
        Assert.Equal(
            $"The management port cannot listen on {urls}: it is taken by another process. Choose another with --management-urls or REMOTELLM_MANAGEMENT_URLS.",
            fault.Message);
    }

    [Theory]
    [InlineData("llm.example.org:9464")]
    [InlineData("https://127.0.0.1:0")]
    [InlineData("http://llm.example.org:9464")]
    [InlineData("http://127.0.0.1:99999")]
    [InlineData("http://127.0.0.1:0/base")]
    [InlineData(";")]
    public async Task UrlThatCannotBe_IsAFaultThatShowsOneThatCan(string urls)
    {
        await using var host = new ManagedHost(new ManagementOptions { DefaultPort = 0, Urls = urls });
        var fault = await Assert.ThrowsAsync<SettingException>(() => host.Host.StartAsync(Cancel).OrHang());
        Assert.Contains("an address such as http://127.0.0.1:9464", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://localhost:0")]
    [InlineData("http://*:0")]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://127.0.0.1:0;http://127.0.0.2:0")]
    public async Task UrlsThatWereAskedFor_AreListenedOn(string urls)
    {
        Need.That(OperatingSystem.IsLinux() || !urls.Contains("127.0.0.2", StringComparison.Ordinal), "only Linux has all of 127/8 up");
        await using var host = await ManagedHost.Started(new ManagementOptions { DefaultPort = 0, Urls = urls });
        using var answer = await host.Client.GetAsync(new Uri($"http://127.0.0.1:{host.Url.Port}/health"), Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("localhost:9464", HttpStatusCode.OK)]
    [InlineData("127.0.0.1", HttpStatusCode.OK)]
    [InlineData("[::1]:9464", HttpStatusCode.OK)]
    [InlineData("BOX.lan", HttpStatusCode.OK)]
    [InlineData("evil.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("localhost.evil.example", HttpStatusCode.MisdirectedRequest)]
    public async Task OnLoopback_OnlyKnownHostNamesAreAnswered(string name, HttpStatusCode status)
    {
        await using var host = await ManagedHost.Started(new ManagementOptions { DefaultPort = 0, Hosts = ["box.lan"] });
        Assert.Equal(status, await StatusFor(host, name));
    }

    [Fact]
    public async Task BeyondLoopback_AnyHostNameIsAnswered()
    {
        await using var host = await ManagedHost.Started(new ManagementOptions { DefaultPort = 0, Urls = "http://0.0.0.0:0" });
        var url = new Uri($"http://127.0.0.1:{host.Url.Port}/health");
        using var request = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { Host = "monitor.example" } };
        using var answer = await host.Client.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task LogLevel_FromAnotherMachine_IsForbidden()
    {
        var own = Dns.GetHostAddresses(Dns.GetHostName()).FirstOrDefault(ip => ip.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(ip));
        Need.That(own is not null, "this machine has no address but loopback");
        await using var host = await ManagedHost.Started(new ManagementOptions { DefaultPort = 0, Urls = $"http://{own}:0" });
        using var answer = await host.Client.PutAsync(new Uri(host.Url, "/log-level"), new StringContent("None"), Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(LogLevel.Information, host.Level.Level);
    }

    private static async Task<HttpStatusCode> StatusFor(ManagedHost host, string name)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host.Url, "/health")) { Headers = { Host = name } };
        using var answer = await host.Client.SendAsync(request, Cancel);
        return answer.StatusCode;
    }

    private static OccupiedPort Occupy() => new();

    private sealed class OccupiedPort : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public OccupiedPort() => _listener.Start();

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public void Dispose() => _listener.Dispose();
    }
}
