using System.Net;
using Microsoft.Extensions.DependencyInjection;
using RemoteLlm.Broker;
using RemoteLlm.Broker.Access;
using RemoteLlm.Testing.GitLab;

namespace RemoteLlm.EndToEnd.Tests.Portal;

/// <summary>A fake GitLab and a broker whose portal people log in to with it.</summary>
internal sealed class GitLabStage : IAsyncDisposable
{
    public const string SessionSecret = "a session secret of tests, long enough";

    private static readonly Uri s_noLlm = new("http://127.0.0.1:9");

    private readonly HttpClient _gitLabBrowser = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    private GitLabStage(FakeGitLab gitLab) => GitLab = gitLab;

    public FakeGitLab GitLab { get; }

    public Cluster Cluster { get; private set; } = null!;

    /// <summary>Starts one.</summary>
    /// <param name="broker">Changes the broker's settings; GitLab and the secrets are set already, anybody may sign up and waits.</param>
    /// <param name="users">What <c>users.yaml</c> says at first; null for nobody.</param>
    /// <param name="llm">The connector's LLM server; null for no connector.</param>
    public static async Task<GitLabStage> Start(Action<BrokerOptions>? broker = null, string? users = null, Uri? llm = null)
    {
        var stage = new GitLabStage(await FakeGitLab.Start());
        stage.Cluster = await Cluster.Start(llm ?? s_noLlm, new ClusterOptions
        {
            WithoutConnector = llm is null,
            Users = users ?? "users: []\n",
            Broker = options =>
            {
                options.Portal.GitLabUrl = stage.GitLab.Url;
                options.Portal.GitLabClientId = FakeGitLab.ClientId;
                options.Portal.GitLabClientSecret = FakeGitLab.ClientSecret;
                options.Portal.SessionSecret = SessionSecret;
                broker?.Invoke(options);
            },
        });
        return stage;
    }

    /// <summary>A new browser, without cookies.</summary>
    public PortalClient NewBrowser() => new(Cluster);

    /// <summary>Logs in as <see cref="FakeGitLab.User"/> and returns what the callback was answered.</summary>
    public async Task<HttpResponseMessage> Login(PortalClient browser, string returnPath = "/") => await browser.Get(await CallbackOf(browser, returnPath));

    /// <summary>Goes to GitLab and agrees; returns the path and query to which GitLab sends the browser back.</summary>
    public async Task<string> CallbackOf(PortalClient browser, string returnPath = "/")
    {
        using var begun = await browser.Get("/login/gitlab?return=" + Uri.EscapeDataString(returnPath));
        Assert.True(begun.StatusCode == HttpStatusCode.Found, $"{(int)begun.StatusCode} {await begun.Text()}");
        using var agreed = await _gitLabBrowser.GetAsync(begun.Headers.Location, TestContext.Current.CancellationToken).OrHang();
        Assert.True(agreed.StatusCode == HttpStatusCode.Found, $"{(int)agreed.StatusCode} {await agreed.Text()}");
        return agreed.Headers.Location!.PathAndQuery;
    }

    /// <summary><c>users.yaml</c> as it is.</summary>
    public string UsersFile => File.ReadAllText(Path.Combine(Cluster.Data, "users.yaml"));

    /// <summary>Has the broker take its files as they are now.</summary>
    public Task TakeFiles() => TakeFiles(Cluster);

    /// <inheritdoc cref="TakeFiles()"/>
    public static Task TakeFiles(Cluster cluster) => cluster.Broker.GetRequiredService<AccessFiles>().Refresh(TestContext.Current.CancellationToken).OrHang();

    public async ValueTask DisposeAsync()
    {
        _gitLabBrowser.Dispose();
        if (Cluster is not null)
            await Cluster.DisposeAsync();
        await GitLab.DisposeAsync();
    }
}
