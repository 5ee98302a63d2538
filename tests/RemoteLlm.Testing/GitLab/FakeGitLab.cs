using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace RemoteLlm.Testing.GitLab;

/// <summary>
/// A GitLab that speaks the protocol of its logins as the real one does (https://docs.gitlab.com/api/oauth2/): one application with a secret and exact redirect addresses, consent, state, codes
/// for one use with PKCE (S256), scopes. It is reached under a path, as some are.
/// <code>
/// await using var gitLab = await FakeGitLab.Start();
/// gitLab.User = new FakeGitLabUser(7, "alice");
/// options.GitLabUrl = gitLab.Url; …
/// </code>
/// </summary>
public sealed class FakeGitLab : IAsyncDisposable
{
    /// <summary>The application's id.</summary>
    public const string ClientId = "b1946ac92492d2347c6235b4d2611184";

    /// <summary>The application's secret.</summary>
    public const string ClientSecret = "gloas-0f343b0931126a20f133d67c2b018a3b";

    private readonly WebApplication _app;
    private readonly FakeGitLabGrants _grants = new();
    private readonly CancellationTokenSource _end = new();

    private FakeGitLab()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapGet("/gitlab/.well-known/openid-configuration", () => Results.Json(new { issuer = Url, authorization_endpoint = $"{Url}/oauth/authorize", token_endpoint = $"{Url}/oauth/token" }));
        _app.MapGet("/gitlab/oauth/authorize", (HttpContext context) => Authorize(context.Request.Query, agreed: AgreesAtOnce));
        _app.MapPost("/gitlab/oauth/authorize", async (HttpContext context, CancellationToken left) => Decide(await context.Request.ReadFormAsync(left)));
        _app.MapPost("/gitlab/oauth/token", async (HttpContext context, CancellationToken left) => await (InsteadOfToken is { } other ? OtherAsync(context, other) : TokenAsync(context, left)));
        _app.MapGet("/gitlab/api/v4/user", async (HttpContext context) => InsteadOfUser is { } other ? await OtherAsync(context, other) : AnswerUser(context));
        _app.MapGet("/gitlab/oauth/userinfo", (HttpContext context) => AnswerClaims(context));
    }

    /// <summary>Its address, with a path.</summary>
    public Uri Url => new(_app.Urls.First() + "/gitlab");

    /// <summary>Who is logged in there.</summary>
    public FakeGitLabUser User { get; set; } = new(1, "root");

    /// <summary>The redirect addresses that its application lists. Empty: the first that comes is taken for the one.</summary>
    public List<string> RedirectUris { get; } = [];

    /// <summary>The scopes that its application may ask for.</summary>
    public List<string> Scopes { get; } = ["read_user", "openid"];

    /// <summary>Whether consent was given before, so that no page asks for it.</summary>
    public bool AgreesAtOnce { get; set; } = true;

    /// <summary>What is wrong with it.</summary>
    public FakeGitLabTrouble Trouble { get; set; }

    /// <summary>What it answers instead of who somebody is; null for the truth.</summary>
    public RequestDelegate? InsteadOfUser { get; set; }

    /// <summary>What it answers instead of a token; null for the truth.</summary>
    public RequestDelegate? InsteadOfToken { get; set; }

    /// <summary>The last question for consent.</summary>
    public IReadOnlyDictionary<string, string> LastAuthorize { get; private set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>How many tokens were given out.</summary>
    public int Tokens => _grants.Tokens;

    /// <summary>Starts one on a free port.</summary>
    public static async Task<FakeGitLab> Start()
    {
        var gitLab = new FakeGitLab();
        await gitLab._app.StartAsync(TestContext.Current.CancellationToken);
        return gitLab;
    }

    /// <summary>Stops it: nobody listens at its port any more.</summary>
    public Task Stop() => _app.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Stop();
        await _app.DisposeAsync();
        _end.Dispose();
    }

    private IResult Authorize(IQueryCollection query, bool agreed)
    {
        LastAuthorize = query.ToDictionary(field => field.Key, field => field.Value.ToString(), StringComparer.Ordinal);
        if (query["client_id"] != ClientId || !IsListed(query["redirect_uri"].ToString()))
            return Results.Content("<h1>The client is unknown, or its redirect URI is not valid.</h1>", "text/html", statusCode: 401);
        var (redirect, state) = (query["redirect_uri"].ToString(), query["state"].ToString());
        if (query["response_type"] != "code")
            return Back(redirect, state, "error=unsupported_response_type");
        if (query["code_challenge"].Count > 0 && query["code_challenge_method"] != "S256")
            return Back(redirect, state, "error=invalid_request&error_description=code_challenge_method");
        var scopes = query["scope"].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (scopes.Length == 0 || scopes.Except(Scopes, StringComparer.Ordinal).Any())
            return Back(redirect, state, "error=invalid_scope");
        return agreed ? Agree(redirect, state, query["code_challenge"].ToString(), scopes) : Results.Content(FakeGitLabPage.Consent(User, query), "text/html");
    }

    private IResult Decide(IFormCollection form)
    {
        var (redirect, state) = (form["redirect_uri"].ToString(), form["state"].ToString());
        if (!IsListed(redirect))
            return Results.BadRequest();
        return form["decision"] == "authorize"
            ? Agree(redirect, state, form["code_challenge"].ToString(), form["scope"].ToString().Split(' '))
            : Back(redirect, state, "error=access_denied&error_description=The+resource+owner+or+authorization+server+denied+the+request.");
    }

    private IResult Agree(string redirect, string state, string challenge, IReadOnlyList<string> scopes) =>
        Back(redirect, state, "code=" + _grants.NewCode(new FakeGitLabGrant(User, redirect, challenge, scopes)));

    private async Task<IResult> TokenAsync(HttpContext context, CancellationToken left)
    {
        if (Trouble == FakeGitLabTrouble.TokenFails)
            return Results.Content("<h1>500</h1>", "text/html", statusCode: 500);
        if (Trouble == FakeGitLabTrouble.TokenHangs)
            await Task.Delay(Timeout.InfiniteTimeSpan, CancellationTokenSource.CreateLinkedTokenSource(_end.Token, left).Token).ContinueWith(static _ => { }, TaskScheduler.Default);
        var form = await context.Request.ReadFormAsync(left);
        if (Trouble == FakeGitLabTrouble.SecretRefused || form["client_id"] != ClientId || form["client_secret"] != ClientSecret)
            return Results.Json(new { error = "invalid_client", error_description = "Client authentication failed." }, statusCode: 401);
        return form["grant_type"] == "authorization_code" && _grants.Redeem(form["code"].ToString(), form["redirect_uri"].ToString(), form["code_verifier"].ToString()) is { } token
            ? Results.Json(new { access_token = token.Text, token_type = "Bearer", expires_in = 7200, refresh_token = Guid.NewGuid().ToString("N"), scope = string.Join(' ', token.Grant.Scopes), created_at = 1_600_000_000 })
            : Results.Json(new { error = "invalid_grant", error_description = "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI, or was issued to another client." }, statusCode: 400);
    }

    private static async Task<IResult> OtherAsync(HttpContext context, RequestDelegate answer)
    {
        await answer(context);
        return Results.Empty;
    }

    private IResult AnswerUser(HttpContext context) => Trouble switch
    {
        FakeGitLabTrouble.UserFails => Results.StatusCode(500),
        FakeGitLabTrouble.UserIsNoJson => Results.Content("<!DOCTYPE html><h1>Sign in</h1>", "text/html"),
        _ => WithScope(context, "read_user", user => new { id = user.Id, username = user.UserName, name = user.UserName, state = "active", email = $"{user.UserName}@example.org" }),
    };

    private IResult AnswerClaims(HttpContext context) => Trouble == FakeGitLabTrouble.UserInfoFails
        ? Results.StatusCode(502)
        : WithScope(context, "openid", user => new { sub = $"{user.Id}", nickname = user.UserName, preferred_username = user.UserName, groups = user.Groups });

    private IResult WithScope(HttpContext context, string scope, Func<FakeGitLabUser, object> answer)
    {
        if (_grants.Find(context.Request.Headers.Authorization.ToString()) is not { } grant)
            return Results.Json(new { message = "401 Unauthorized" }, statusCode: 401);
        return grant.Scopes.Contains(scope) ? Results.Json(answer(grant.User)) : Results.Json(new { error = "insufficient_scope", scope }, statusCode: 403);
    }

    private bool IsListed(string redirect) => RedirectUris.Count == 0 ? redirect.Length > 0 : RedirectUris.Contains(redirect);

    private static IResult Back(string redirect, string state, string query) => Results.Redirect($"{redirect}?{query}&state={Uri.EscapeDataString(state)}");
}
