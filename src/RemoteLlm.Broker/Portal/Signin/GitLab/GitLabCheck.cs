using System.Net;
using System.Text.Json;

namespace RemoteLlm.Broker.Portal.Signin.GitLab;

/// <summary>
/// Asks GitLab, for an operator, whether logins would work: whether it answers at its well-known address (OpenID Connect Discovery 1.0), and whether it takes our application's id and secret. The second is asked with a
/// code that never was: to a client that it knows a server says <c>invalid_grant</c>, else <c>invalid_client</c> (RFC 6749, section 5.2).
/// </summary>
internal sealed class GitLabCheck : IDisposable
{
    // An operator looks at a page that does not come.
    private static readonly TimeSpan s_most = TimeSpan.FromSeconds(5);

    private readonly PortalOptions _options;
    private readonly GitLabAddress _gitLab;
    private readonly TimeSpan _limit;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private readonly SemaphoreSlim _gate = new(1);

    public GitLabCheck(PortalOptions options, TimeProvider time)
    {
        (_options, _gitLab, _time) = (options, new GitLabAddress(options.GitLabUrl), time);
        _limit = options.GitLabTimeout < s_most ? options.GitLabTimeout : s_most;
        _http = new HttpClient(new GitLabBackchannel()) { Timeout = _limit, MaxResponseContentBufferSize = 256 * 1024 };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("remotellm");
    }

    /// <summary>What came of the last one since this broker started; null for none.</summary>
    public GitLabFinding? Last { get; private set; }

    /// <summary>Asks, and keeps what came of it. One at a time; who comes while another asks has that one's finding. Ends within twice 5 s.</summary>
    public async Task AskAsync(CancellationToken cancellation)
    {
        var seen = Last;
        await _gate.WaitAsync(cancellation);
        try
        {
            if (!ReferenceEquals(seen, Last))
                return;
            var began = _time.GetTimestamp();
            var (isWell, text) = await FindAsync(cancellation);
            Last = new GitLabFinding(isWell, text, _time.GetUtcNow(), _time.GetElapsedTime(began));
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _gate.Dispose();
    }

    private async Task<(bool IsWell, string Text)> FindAsync(CancellationToken cancellation)
    {
        try
        {
            using var discovery = await _http.GetAsync(_gitLab.Discovery, cancellation);
            if (!await IsDiscoveryAsync(discovery, cancellation))
                return (false, $"Something answers there with status {(int)discovery.StatusCode}, and not as a GitLab does: look at --gitlab-url.");
            using var form = new FormUrlEncodedContent(
            [
                new("grant_type", "authorization_code"), new("code", "none"), new("redirect_uri", "https://remotellm.invalid"),
                new("client_id", _options.GitLabClientId), new("client_secret", _options.GitLabClientSecret),
            ]);
            using var token = await _http.PostAsync(_gitLab.Token, form, cancellation);
            return token.StatusCode switch
            {
                HttpStatusCode.BadRequest => (true, "It answers, and knows the application id and the secret."),
                HttpStatusCode.Unauthorized => (false, "It answers, and does not take the application id with this secret: look at --gitlab-client-id and the client secret."),
                // Of what stands in front of it, such as a firewall: the question was not understood, and logins ask in the same way.
                _ => (false, $"It answers, but {_gitLab.Token.AbsolutePath} with status {(int)token.StatusCode}, as no GitLab does: look at what is between."),
            };
        }
        catch (GitLabException exception)
        {
            return (false, exception.InnerException is null ? $"It is in trouble: {exception.Message}." : "It does not answer: nobody listens there, its name is not known, or its certificate is not good.");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (false, $"It took longer than {_limit.TotalSeconds:0.#} s.");
        }
        catch (HttpRequestException)
        {
            return (false, "Its answer broke off, or is larger than any of GitLab's.");
        }
    }

    private static async Task<bool> IsDiscoveryAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        if (!answer.IsSuccessStatusCode)
            return false;
        try
        {
            using var json = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellation));
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("token_endpoint", out _);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
