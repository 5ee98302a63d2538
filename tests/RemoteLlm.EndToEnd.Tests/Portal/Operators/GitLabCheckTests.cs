using System.Net;
using RemoteLlm.Testing.GitLab;

namespace RemoteLlm.EndToEnd.Tests.Portal.Operators;

/// <summary>Settings ask GitLab how it is when an operator wants to know, and say it in words.</summary>
public sealed class GitLabCheckTests
{
    private const string Check = "/admin/settings/gitlab";

    [Theory]
    [InlineData(FakeGitLabTrouble.None, "It answers, and knows the application id and the secret.")]
    [InlineData(FakeGitLabTrouble.SecretRefused, "does not take the application id with this secret")]
    [InlineData(FakeGitLabTrouble.TokenFails, "It is in trouble: /gitlab/oauth/token was answered with 500.")]
    [InlineData(FakeGitLabTrouble.TokenHangs, "It took longer than 0.5 s.")]
    public async Task What_is_wrong_is_said(FakeGitLabTrouble trouble, string said)
    {
        await using var gitLab = await FakeGitLab.Start();
        await using var cluster = await Stage(gitLab.Url);
        using var alice = await PortalClient.LoggedIn(cluster, "alice");
        Assert.Contains("Not asked since the start", await alice.Page("/admin/settings"), StringComparison.Ordinal);
        gitLab.Trouble = trouble;

        using var answer = await alice.Post(Check);

        Assert.Equal((HttpStatusCode.Found, "/admin/settings#login"), (answer.StatusCode, answer.Headers.Location?.OriginalString));
        Assert.Contains(said, await alice.Page("/admin/settings"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(302)]
    [InlineData(403)]
    [InlineData(404)]
    public async Task An_answer_that_says_nothing_of_the_secret_is_not_taken_for_a_good_one(int status)
    {
        await using var gitLab = await FakeGitLab.Start();
        await using var cluster = await Stage(gitLab.Url);
        using var alice = await PortalClient.LoggedIn(cluster, "alice");
        gitLab.InsteadOfToken = context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        };

        using var answer = await alice.Post(Check);

        var page = await alice.Page("/admin/settings");
        Assert.Contains($"with status {status}, as no GitLab does", page, StringComparison.Ordinal);
        Assert.DoesNotContain("knows the application id", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_there_and_somebody_else_there_are_told_apart()
    {
        var gitLab = await FakeGitLab.Start();
        var url = gitLab.Url;
        await using (var cluster = await Stage(new Uri(url, "/elsewhere")))
        {
            using var alice = await PortalClient.LoggedIn(cluster, "alice");
            using (await alice.Post(Check))
                Assert.Contains("status 404, and not as a GitLab does", await alice.Page("/admin/settings"), StringComparison.Ordinal);
        }

        await gitLab.DisposeAsync();
        await using (var cluster = await Stage(url))
        {
            using var alice = await PortalClient.LoggedIn(cluster, "alice");
            using (await alice.Post(Check))
                Assert.Contains("It does not answer", await alice.Page("/admin/settings"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Operators_alone_ask_and_by_their_own_form()
    {
        await using var gitLab = await FakeGitLab.Start();
        await using var cluster = await Stage(gitLab.Url);
        using var alice = await PortalClient.LoggedIn(cluster, "alice");
        using var carol = await PortalClient.LoggedIn(cluster, "carol");

        using var unsealed = await alice.PostWithout(Check);
        using var refused = await carol.Post(Check);

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.Forbidden), (unsealed.StatusCode, refused.StatusCode));
        Assert.Contains("Not asked since the start", await alice.Page("/admin/settings"), StringComparison.Ordinal);
    }

    private static Task<Cluster> Stage(Uri gitLab) => Cluster.Start(new Uri("http://127.0.0.1:9"), new ClusterOptions
    {
        Broker = options =>
        {
            var portal = options.Portal;
            (portal.DevLogin, portal.SessionSecret) = (true, "a session secret of tests, long enough");
            (portal.GitLabUrl, portal.GitLabClientId, portal.GitLabClientSecret) = (gitLab, FakeGitLab.ClientId, FakeGitLab.ClientSecret);
            portal.GitLabTimeout = TimeSpan.FromSeconds(0.5);
        },
        WithoutConnector = true,
        Users = TestUsers.Unlimited + "    role: operator\n",
    });
}
