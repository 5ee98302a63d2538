using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Portal.Enrolling;
using RemoteLlm.Connector.Enrolling;
using RemoteLlm.Connector.Link;
using RemoteLlm.Protocol.Enrolment;

namespace RemoteLlm.EndToEnd.Tests.Portal;

/// <summary>A connector enrols by a code that an operator approves, serves with the token that it gets, and is dropped when it is revoked.</summary>
public sealed partial class EnrolmentTests : IAsyncLifetime
{
    private readonly ScriptedLlmServer _llm = new(LlmScripts.Completion());
    private readonly ManualTime _time = new();
    private Cluster _cluster = null!;

    public async ValueTask InitializeAsync() =>
        _cluster = await Cluster.Start(_llm.Url, new ClusterOptions { Users = PortalStage.Users, Broker = PortalStage.Options.Broker, WithoutConnector = true });

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _llm.DisposeAsync();
    }

    [Fact]
    public async Task Approved_connector_serves_and_a_revoked_one_is_dropped_at_once()
    {
        using var olga = await PortalClient.LoggedIn(_cluster, "olga");
        using var enrolment = Enrolment("box");
        var given = (await enrolment.BeginAsync(TestContext.Current.CancellationToken).OrHang()).Value!;
        Assert.Equal($"{_cluster.Url.GetLeftPart(UriPartial.Authority)}/enroll?code={given.UserCode}", given.VerificationUriComplete);
        var waiting = enrolment.WaitAsync(given, TestContext.Current.CancellationToken);
        Assert.Contains(given.UserCode, await olga.Page("/admin/connectors"), StringComparison.Ordinal);
        var page = await olga.Page($"/enroll?code={given.UserCode}");
        Assert.Contains("value=\"box\"", page, StringComparison.Ordinal);
        Assert.Contains(Environment.MachineName, page, StringComparison.Ordinal);

        using var approved = await olga.Post("/enroll/approve", ("code", given.UserCode), ("name", "gpu-box"));
        Assert.Equal("/admin/connectors?done=connector-approved", approved.Headers.Location?.ToString());
        // Nothing is made before it is fetched.
        Assert.Null(Files.Connectors.FindName("gpu-box"));
        var token = (await Answered(waiting)).Value!;

        Assert.Equal("gpu-box", token.Name);
        Assert.NotNull(Files.Connectors.FindName("gpu-box"));
        await using var connector = await _cluster.StartConnector(token.AccessToken);
        await _cluster.UntilServed();
        using (var served = await _cluster.Client.Chat())
            Assert.Equal(HttpStatusCode.OK, served.StatusCode);
        var shown = await olga.Page("/admin/connectors");
        Assert.Contains("online", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(given.UserCode, shown, StringComparison.Ordinal);

        using var revoked = await olga.Post("/admin/connectors/revoke", ("name", "gpu-box"));
        Assert.Equal("/admin/connectors?done=connector-revoked", revoked.Headers.Location?.ToString());
        await connector.Logs.Until("Connector token revoked");
        using var again = await olga.Post("/admin/connectors/revoke", ("name", "gpu-box"));
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        Assert.Equal(
            ["connector.approved olga", "connector.enrolled olga", "connector.revoked olga"],
            PortalStage.Audit(_cluster).Select(line => JsonDocument.Parse(line).RootElement).Where(line => line.GetProperty("target").GetString() == "gpu-box")
                .Select(line => $"{line.GetProperty("action").GetString()} {line.GetProperty("actor").GetString()}"));
        foreach (var file in Directory.GetFiles(_cluster.Data, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != ".lock"))
            Assert.DoesNotContain(token.AccessToken, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.DoesNotContain(_cluster.BrokerLogs.Entries, entry => entry.Says(token.AccessToken) || entry.Says(given.DeviceCode));
    }

    [Fact]
    public async Task Denied_connector_is_told_so()
    {
        using var olga = await PortalClient.LoggedIn(_cluster, "olga");
        using var enrolment = Enrolment("box");
        var given = (await enrolment.BeginAsync(TestContext.Current.CancellationToken).OrHang()).Value!;
        var waiting = enrolment.WaitAsync(given, TestContext.Current.CancellationToken);

        using var denied = await olga.Post("/enroll/deny", ("code", given.UserCode));
        var result = await Answered(waiting);

        Assert.Null(result.Value);
        Assert.Contains("denied", result.Problem, StringComparison.Ordinal);
        using var late = await olga.Post("/enroll/approve", ("code", given.UserCode), ("name", "box"));
        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
    }

    [Fact]
    public async Task Of_two_operators_one_decides_and_the_other_is_told()
    {
        using var olga = await PortalClient.LoggedIn(_cluster, "olga");
        using var oscar = await PortalClient.LoggedIn(_cluster, "oscar");
        using var enrolment = Enrolment("box");
        var code = (await enrolment.BeginAsync(TestContext.Current.CancellationToken).OrHang()).Value!.UserCode;

        using var first = await olga.Post("/enroll/approve", ("code", code), ("name", "box"));
        using var again = await olga.Post("/enroll/approve", ("code", code), ("name", "box"));
        using var second = await oscar.Post("/enroll/deny", ("code", code));

        Assert.Equal((HttpStatusCode.Found, HttpStatusCode.Conflict), (first.StatusCode, second.StatusCode));
        // A button that was pressed twice.
        Assert.Equal(first.Headers.Location, again.Headers.Location);
        Assert.Single(PortalStage.Audit(_cluster), line => line.Contains("connector.approved", StringComparison.Ordinal));
        Assert.Contains("decided about already", await second.Text(), StringComparison.Ordinal);
        Assert.Contains("Approved by olga", await oscar.Page("/enroll?code=" + code), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("home", "There is a connector home already")]
    [InlineData("promised", "There is a connector promised already")]
    [InlineData("Not A Name", "A connector name has lowercase letters")]
    [InlineData("", "A connector name has lowercase letters")]
    public async Task Name_that_is_taken_or_none_is_refused_and_the_page_is_shown_again(string name, string problem)
    {
        using var olga = await PortalClient.LoggedIn(_cluster, "olga");
        using var enrolment = Enrolment("box");
        var promised = (await enrolment.BeginAsync(TestContext.Current.CancellationToken).OrHang()).Value!.UserCode;
        using var approved = await olga.Post("/enroll/approve", ("code", promised), ("name", "promised"));
        var code = (await enrolment.BeginAsync(TestContext.Current.CancellationToken).OrHang()).Value!.UserCode;

        using var answer = await olga.Post("/enroll/approve", ("code", code), ("name", name));

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        var page = await answer.Text();
        Assert.Contains(problem, page, StringComparison.Ordinal);
        Assert.Contains($"value=\"{name}\"", page, StringComparison.Ordinal);
        Assert.Single(_cluster.Broker.GetRequiredService<Enrolments>().Pending);
    }

    [Fact]
    public async Task Revoking_in_a_file_that_somebody_has_broken_by_hand_says_so_and_writes_nothing()
    {
        using var olga = await PortalClient.LoggedIn(_cluster, "olga");
        var path = Path.Combine(_cluster.Data, "connectors.yaml");
        var broken = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken) + "\n[";
        await File.WriteAllTextAsync(path, broken, TestContext.Current.CancellationToken);

        using var answer = await olga.Post("/admin/connectors/revoke", ("name", "home"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("Settings says where", await answer.Text(), StringComparison.Ordinal);
        Assert.Equal(broken, await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
        Assert.DoesNotContain(PortalStage.Audit(_cluster), line => line.Contains("connector.revoked", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Deciding_is_for_operators_and_by_forms_of_ours()
    {
        using var alice = await PortalClient.LoggedIn(_cluster, "alice");
        using var olga = await PortalClient.LoggedIn(_cluster, "olga");
        using var nobody = new PortalClient(_cluster);
        using var enrolment = Enrolment("box");
        var code = (await enrolment.BeginAsync(TestContext.Current.CancellationToken).OrHang()).Value!.UserCode;

        using var page = await alice.Get("/enroll?code=" + code);
        using var approve = await alice.Post("/enroll/approve", ("code", code), ("name", "box"));
        using var revoke = await alice.Post("/admin/connectors/revoke", ("name", "home"));
        using var forged = await olga.PostWithout("/enroll/approve", ("code", code), ("name", "box"));
        using var login = await nobody.Get("/enroll?code=" + code);

        Assert.All([page, approve, revoke], answer => Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode));
        Assert.Equal(HttpStatusCode.BadRequest, forged.StatusCode);
        Assert.Equal($"/login?return=%2Fenroll%3Fcode%3D{code}", login.Headers.Location?.ToString());
        Assert.Single(_cluster.Broker.GetRequiredService<Enrolments>().Pending);
        Assert.NotNull(Files.Connectors.FindName("home"));
    }

    [Fact]
    public async Task What_a_connector_says_of_itself_is_text()
    {
        using var olga = await PortalClient.LoggedIn(_cluster, "olga");
        using var http = new HttpClient { BaseAddress = _cluster.Url };
        using var bad = await Post(http, DeviceFlow.AuthorizationPath, ("name", "<b>box</b>"));
        Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);

        using var answer = await Post(http, DeviceFlow.AuthorizationPath, ("name", "box"), ("machine", "<script>alert(1)</script>"), ("software", "\"><img src=x>"));
        var code = (await answer.Json()).GetProperty("user_code").GetString();

        foreach (var path in new[] { "/admin/connectors", "/enroll?code=" + code })
        {
            var page = await olga.Page(path);
            Assert.Contains("&lt;script&gt;alert", page, StringComparison.Ordinal);
            Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
            Assert.DoesNotContain("<img src=x", page, StringComparison.Ordinal);
        }

        using var turned = await Post(http, DeviceFlow.AuthorizationPath, ("name", "box2"), ("machine", "server\u202Exob-upg"));
        code = (await turned.Json()).GetProperty("user_code").GetString();
        Assert.DoesNotContain("xob-upg", await olga.Page("/enroll?code=" + code), StringComparison.Ordinal);

        Assert.DoesNotContain("<script>x", await olga.Page("/enroll?code=%3Cscript%3Ex"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_are_those_of_RFC_8628_and_nobody_asks_without_end()
    {
        using var http = new HttpClient { BaseAddress = _cluster.Url };
        using var answer = await Post(http, DeviceFlow.AuthorizationPath, ("client_id", DeviceFlow.ClientId), ("name", "box"));
        var given = await answer.Json();
        Assert.Equal(
            ["device_code", "expires_in", "interval", "user_code", "verification_uri", "verification_uri_complete"],
            given.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Equal((600, 5, "no-store"), (given.GetProperty("expires_in").GetInt32(), given.GetProperty("interval").GetInt32(), answer.Header("Cache-Control")));
        var device = given.GetProperty("device_code").GetString()!;

        Assert.Equal("slow_down", await Error(http, ("grant_type", DeviceFlow.GrantType), ("device_code", device)));
        Assert.Equal("expired_token", await Error(http, ("grant_type", DeviceFlow.GrantType), ("device_code", "nothing")));
        Assert.Equal("unsupported_grant_type", await Error(http, ("grant_type", "password"), ("device_code", device)));
        Assert.Equal("invalid_request", await Error(http, ("grant_type", DeviceFlow.GrantType)));
        using var json = await http.PostAsync(new Uri(DeviceFlow.TokenPath, UriKind.Relative), new StringContent("{}"), TestContext.Current.CancellationToken).OrHang();
        Assert.Equal(HttpStatusCode.BadRequest, json.StatusCode);
        using var large = await Post(http, DeviceFlow.TokenPath, ("device_code", new string('x', 10_000)));
        Assert.Equal(HttpStatusCode.BadRequest, large.StatusCode);

        HttpStatusCode status;
        var asked = 1;
        do
        {
            using var more = await Post(http, DeviceFlow.AuthorizationPath, ("name", "box"));
            status = more.StatusCode;
            asked++;
        }
        while (status == HttpStatusCode.OK && asked < 50);
        Assert.Equal(HttpStatusCode.TooManyRequests, status);
        Assert.Equal(EnrolmentPlaces.MostOfAddress, _cluster.Broker.GetRequiredService<Enrolments>().Pending.Count);
    }

    [Fact]
    public async Task Command_stores_the_token_for_its_owner_alone_and_overwrites_none()
    {
        using var olga = await PortalClient.LoggedIn(_cluster, "olga");
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "data", "connector.token");
        await using var command = RemoteLlmProcess.Start($"connector enroll {_cluster.Url} --name box", folder.Path);
        var line = await command.Until("/enroll?code=");
        var code = CodeInLink().Match(line).Groups["it"].Value;
        await command.Until($"  {code}");

        using var approved = await olga.Post("/enroll/approve", ("code", code), ("name", "box"));
        Assert.True(await command.ExitCode() == 0, command.Output);

        var token = (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Trim();
        Assert.True(Files.Connectors.TryFind(Protocol.Access.ConnectorToken.Hash(token), out var record) && record.Name == "box");
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Contains($"remotellm connector --broker {_cluster.Url.ToString().TrimEnd('/')} --llm", command.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(token, command.Output, StringComparison.Ordinal);

        await using var again = RemoteLlmProcess.Start($"connector enroll {_cluster.Url} --name box2", folder.Path);
        Assert.Equal(2, await again.ExitCode());
        Assert.Contains("--force", again.Output, StringComparison.Ordinal);
        Assert.Equal(token, (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Trim());
        Assert.Empty(_cluster.Broker.GetRequiredService<Enrolments>().Pending);
    }

    [Fact]
    public async Task Broker_without_a_portal_says_so()
    {
        await using var plain = await Cluster.Start(_llm.Url, new ClusterOptions { WithoutConnector = true });
        Assert.True(BrokerAddress.TryParse(plain.Url.ToString(), allowInsecure: false, out var address, out _));
        using var enrolment = new ConnectorEnrolment(new EnrolmentTerms(address, "box", "machine"), _time);

        var result = await enrolment.BeginAsync(TestContext.Current.CancellationToken).OrHang();

        Assert.Contains("its portal is off", result.Problem, StringComparison.Ordinal);
        Assert.Contains("remotellm connectors add box", result.Problem, StringComparison.Ordinal);
    }

    private AccessFiles Files => _cluster.Broker.GetRequiredService<AccessFiles>();

    private ConnectorEnrolment Enrolment(string name)
    {
        Assert.True(BrokerAddress.TryParse(_cluster.Url.ToString(), allowInsecure: false, out var address, out _));
        return new ConnectorEnrolment(new EnrolmentTerms(address, name, Environment.MachineName), _time);
    }

    // The next question is put now.
    private async Task<EnrolmentResult<DeviceToken>> Answered(Task<EnrolmentResult<DeviceToken>> waiting)
    {
        await _time.UntilArmed();
        _time.Advance(Enrolments.Interval);
        return await waiting.OrHang();
    }

    private static async Task<string?> Error(HttpClient http, params (string Name, string Value)[] fields)
    {
        using var answer = await Post(http, DeviceFlow.TokenPath, fields);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        return (await answer.Json()).GetProperty("error").GetString();
    }

    private static Task<HttpResponseMessage> Post(HttpClient http, string path, params (string Name, string Value)[] fields) =>
        http.PostAsync(new Uri(path, UriKind.Relative), new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))), TestContext.Current.CancellationToken).OrHang();

    [GeneratedRegex(@"/enroll\?code=(?<it>[A-Z]{4}-[A-Z]{4})", RegexOptions.NonBacktracking)]
    private static partial Regex CodeInLink();
}
