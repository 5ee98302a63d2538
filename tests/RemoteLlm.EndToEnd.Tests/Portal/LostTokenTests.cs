using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Portal.Enrolling;
using RemoteLlm.Connector.Enrolling;
using RemoteLlm.Connector.Link;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Enrolment;

namespace RemoteLlm.EndToEnd.Tests.Portal;

/// <summary>A connector's token whose answer is lost on the line comes again: to the one who asked, and to nobody else.</summary>
public sealed class LostTokenTests : IAsyncLifetime
{
    private readonly ScriptedLlmServer _llm = new(LlmScripts.Completion());
    private Cluster _cluster = null!;
    private PortalClient _olga = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await Cluster.Start(_llm.Url, new ClusterOptions { Users = PortalStage.Users, Broker = PortalStage.Options.Broker, WithoutConnector = true });
        _olga = await PortalClient.LoggedIn(_cluster, "olga");
    }

    public async ValueTask DisposeAsync()
    {
        _olga.Dispose();
        await _cluster.DisposeAsync();
        await _llm.DisposeAsync();
    }

    [Fact]
    public async Task Same_code_fetches_the_same_token_until_the_connector_is_there()
    {
        var device = await Approved("box");
        var token = (await Fetch(device)).GetProperty("access_token").GetString()!;
        var page = await _olga.Page("/admin/connectors");
        Assert.Contains("never connected", page, StringComparison.Ordinal);
        Assert.Contains("revoke this one and enrol it anew", page, StringComparison.Ordinal);

        Assert.Equal(token, (await Fetch(device)).GetProperty("access_token").GetString());
        Assert.Contains("\"action\":\"connector.fetched-again\",\"target\":\"box\"", string.Concat(PortalStage.Audit(_cluster)), StringComparison.Ordinal);

        await using var connector = await _cluster.StartConnector(token);
        await _cluster.UntilServed();
        Assert.Equal("expired_token", (await Fetch(device)).GetProperty("error").GetString());
        Assert.DoesNotContain("never connected", await _olga.Page("/admin/connectors"), StringComparison.Ordinal);
        Assert.True(Files.Connectors.TryFind(ConnectorToken.Hash(token), out _));
        foreach (var file in Directory.GetFiles(_cluster.Data, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != ".lock"))
            Assert.DoesNotContain(token, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.DoesNotContain(_cluster.BrokerLogs.Entries, entry => entry.Says(token));
    }

    [Fact]
    public async Task Fetched_again_from_another_address_it_is_taken_back()
    {
        var device = await Approved("box");
        var token = (await Fetch(device, "192.0.2.7")).GetProperty("access_token").GetString()!;
        Assert.True(Files.Connectors.TryFind(ConnectorToken.Hash(token), out _));

        Assert.Equal("expired_token", (await Fetch(device, "198.51.100.1")).GetProperty("error").GetString());

        Assert.Null(Files.Connectors.FindName("box"));
        Assert.Equal("expired_token", (await Fetch(device, "192.0.2.7")).GetProperty("error").GetString());
        Assert.Contains("fetched again from another address", string.Concat(PortalStage.Audit(_cluster)), StringComparison.Ordinal);
        // The name is free: its owner begins anew.
        await Approved("box");
    }

    [Fact]
    public async Task Many_questions_at_once_get_one_token()
    {
        var device = await Approved("box");

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Fetch(device))).OrHang();

        var tokens = answers.Where(answer => answer.TryGetProperty("access_token", out _)).Select(answer => answer.GetProperty("access_token").GetString()).Distinct(StringComparer.Ordinal);
        Assert.Single(tokens);
        Assert.All(answers.Where(answer => answer.TryGetProperty("error", out _)), answer => Assert.Equal("authorization_pending", answer.GetProperty("error").GetString()));
    }

    [Fact]
    public async Task Connector_asks_again_after_a_cut_line_an_error_and_half_an_answer()
    {
        var token = ConnectorToken.Generate();
        var asked = 0;
        await using var broker = await StandIn(async context =>
        {
            switch (++asked)
            {
                case 1:
                    context.Abort();
                    break;
                case 2:
                    context.Response.StatusCode = 502;
                    await context.Response.WriteAsync("<h1>Bad Gateway</h1>", context.RequestAborted);
                    break;
                case 3:
                    context.Response.ContentLength = 500;
                    await context.Response.WriteAsync("{\"access_token\": \"rlc-", context.RequestAborted);
                    context.Abort();
                    break;
                default:
                    await context.Response.WriteAsJsonAsync(new DeviceToken(token, "Bearer", "box"), context.RequestAborted);
                    break;
            }
        });
        var time = new ManualTime();
        Assert.True(BrokerAddress.TryParse(broker.Urls.First(), allowInsecure: false, out var address, out _));
        using var enrolment = new ConnectorEnrolment(new EnrolmentTerms(address, "box", "machine"), time);

        // The last moment of the code's life is no reason to give up while answers are lost.
        var waiting = enrolment.WaitAsync(new DeviceAuthorization("device", "code", "uri", "uri", 6, 5), TestContext.Current.CancellationToken);
        foreach (var wait in new[] { 5, 10, 20, 30 })
        {
            await time.UntilArmedFor(TimeSpan.FromSeconds(wait));
            time.Advance(TimeSpan.FromSeconds(wait));
        }

        Assert.Equal(token, (await waiting.OrHang()).Value?.AccessToken);
        Assert.Equal(4, asked);
    }

    private AccessFiles Files => _cluster.Broker.GetRequiredService<AccessFiles>();

    // Begun and approved; returns the device code.
    private async Task<string> Approved(string name)
    {
        var given = await Post(DeviceFlow.AuthorizationPath, null, ("name", name));
        using var approved = await _olga.Post("/enroll/approve", ("code", given.GetProperty("user_code").GetString()!), ("name", name));
        Assert.Equal("/admin/connectors?done=connector-approved", approved.Headers.Location?.ToString());
        return given.GetProperty("device_code").GetString()!;
    }

    private Task<System.Text.Json.JsonElement> Fetch(string device, string? address = null) => Post(DeviceFlow.TokenPath, address, ("grant_type", DeviceFlow.GrantType), ("device_code", device));

    private async Task<System.Text.Json.JsonElement> Post(string path, string? address, params (string Name, string Value)[] fields)
    {
        using var http = new HttpClient { BaseAddress = _cluster.Url };
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))) };
        if (address is not null)
            request.Headers.Add("X-Forwarded-For", address);
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken).OrHang();
        return await answer.Json();
    }

    private static async Task<WebApplication> StandIn(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost(DeviceFlow.TokenPath, answer);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}
