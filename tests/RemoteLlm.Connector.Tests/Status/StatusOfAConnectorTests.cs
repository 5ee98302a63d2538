using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RemoteLlm.Connector.Lan;
using RemoteLlm.Connector.Link;
using RemoteLlm.Connector.Observability.Events;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Connector.Status;
using RemoteLlm.Hosting.Management;
using RemoteLlm.Protocol.Dialects;
using RemoteLlm.Testing;
using RemoteLlm.Testing.Logs;

namespace RemoteLlm.Connector.Tests.Status;

/// <summary>A whole connector whose broker and LLM server are not there.</summary>
public sealed class StatusOfAConnectorTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LogRecorder _logs = new();
    private WebApplication? _app;

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Status_tells_of_link_servers_and_requests_and_of_no_secret()
    {
        await Start();
        foreach (var observer in _app!.Services.GetServices<IRelayObserver>())
        {
            observer.Completed(new RelayEvent(RelayEventKind.Completed, DateTimeOffset.UnixEpoch, "label", "id", "chat", Dialect.OpenAi)
            {
                Server = "llm", ServedModel = "big", Status = 200, BeforeSend = TimeSpan.Zero, FirstByte = TimeSpan.FromSeconds(1), Total = TimeSpan.FromSeconds(2), PromptTokens = 7, Cost = 0.5m,
            });
        }

        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri(Management, "status"), TestContext.Current.CancellationToken).OrHang();
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.OK, "application/json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        var report = JsonSerializer.Deserialize<StatusReport>(text, StatusJson.Options)!;
        Assert.Equal((Environment.ProcessId, false, "http://127.0.0.1:9/"), (report.Pid, report.Link!.Up, report.Link.Broker));
        Assert.NotNull(report.Link.Problem);
        var server = Assert.Single(report.Servers);
        Assert.Equal(("http://127.0.0.1:10", false), (server.Url, server.Healthy));
        var row = Assert.Single(report.Rows);
        Assert.Equal(("llm", "big", 1, 7, 0.5m), (row.Server, row.Model, row.Requests, row.PromptTokens, row.Cost));
        Assert.InRange(row.Latency!.P95, 1.96, 2.04);
        Assert.InRange(report.Total.FirstToken!.P50, 0.98, 1.02);
        Assert.DoesNotContain("rlc-", text, StringComparison.Ordinal);
        Assert.DoesNotContain("llm-secret", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_broker_there_is_no_link_to_tell_of()
    {
        await Start(lan: true);

        using var client = new HttpClient();
        var text = await client.GetStringAsync(new Uri(Management, "status"), TestContext.Current.CancellationToken).OrHang();

        Assert.Null(JsonSerializer.Deserialize<StatusReport>(text, StatusJson.Options)!.Link);
    }

    [Fact]
    public async Task Run_file_is_there_while_it_runs_and_for_its_owner_alone()
    {
        await Start();

        var file = RunFile.Read(_folder["data"])!;
        Assert.Equal((Environment.ProcessId, Management.ToString()), (file.Pid, file.Management));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["data/connector.run"]));
        await _app!.StopAsync(TestContext.Current.CancellationToken).OrHang();
        Assert.Null(RunFile.Read(_folder["data"]));
    }

    [Fact]
    public async Task Run_file_of_a_successor_is_left_alone()
    {
        await Start();
        var successor = new RunFile(1, "http://127.0.0.1:1/", DateTimeOffset.UnixEpoch, "9.9.9");
        successor.Write(_folder["data"]);

        await _app!.StopAsync(TestContext.Current.CancellationToken).OrHang();

        Assert.Equal(successor, RunFile.Read(_folder["data"]));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_to_is_a_warning()
    {
        _folder.Write("data", "a file where the folder should be");

        await Start();

        Assert.Equal(LogLevel.Warning, (await _logs.Until("Run file not kept", "connector.run")).Level);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"pid\":\"x\"}")]
    public void What_is_no_run_file_tells_of_no_connector(string text)
    {
        _folder.Write("connector.run", text);

        Assert.Null(RunFile.Read(_folder.Path));
    }

    private Uri Management => _app!.Services.GetRequiredService<ManagementAddress>().Url!;

    private async Task Start(bool lan = false)
    {
        Assert.True(BrokerAddress.TryParse("http://127.0.0.1:9", allowInsecure: false, out var broker, out _));
        _app = ConnectorHost.Create(
            new ConnectorOptions
            {
                Lan = lan ? new LanOptions { Listen = ":0", NoAuth = true } : null,
                Link = lan ? null : new LinkOptions { Broker = broker, Token = TokenSource.Fixed("rlc-00000000000000000000000000000000") },
                Llm = new LlmServerOptions { Url = "http://127.0.0.1:10", ApiKey = "llm-secret" },
                ManagementUrls = "http://127.0.0.1:0",
                Data = _folder["data"],
                DrainGrace = TimeSpan.FromSeconds(1),
            },
            logging => logging.AddProvider(_logs));
        await _app.StartAsync(TestContext.Current.CancellationToken).OrHang();
    }
}
