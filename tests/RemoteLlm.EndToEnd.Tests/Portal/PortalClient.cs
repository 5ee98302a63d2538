using System.Net;
using System.Text.RegularExpressions;

namespace RemoteLlm.EndToEnd.Tests.Portal;

/// <summary>
/// A browser without scripts at the portal: it keeps cookies, whatever they say of themselves, and follows no redirect. A cluster has a portal with
/// <code>
/// Broker = options => options.Portal.DevLogin = true
/// </code>
/// </summary>
internal sealed partial class PortalClient : IDisposable
{
    private readonly HttpClient _http;

    /// <summary>A browser that has never been there.</summary>
    public PortalClient(Uri broker) =>
        _http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = broker, Timeout = System.Threading.Timeout.InfiniteTimeSpan };

    /// <inheritdoc cref="PortalClient(Uri)"/>
    public PortalClient(Cluster cluster)
        : this(cluster.Url)
    {
    }

    /// <summary>The cookies by their names; a test may take and put some.</summary>
    public Dictionary<string, string> Cookies { get; } = new(StringComparer.Ordinal);

    /// <summary>The <c>Host</c> header; null for where the broker listens.</summary>
    public string? Host { get; set; }

    /// <summary>A browser that is logged in by the development login.</summary>
    public static async Task<PortalClient> LoggedIn(Cluster cluster, string name)
    {
        var client = new PortalClient(cluster);
        await client.Login(name);
        return client;
    }

    /// <summary>Logs in by the development login; the user is made when missing.</summary>
    public async Task Login(string name)
    {
        using var answer = await Post("/login/dev", ("name", name), ("return", "/"));
        Assert.True(answer.StatusCode == HttpStatusCode.Found, $"the login of {name} was answered with {(int)answer.StatusCode}");
    }

    /// <summary>Asks for a page.</summary>
    public Task<HttpResponseMessage> Get(string path, params (string Name, string Value)[] headers) => Send(new HttpRequestMessage(HttpMethod.Get, path), headers);

    /// <summary>The text of a page that is there.</summary>
    public async Task<string> Page(string path)
    {
        using var answer = await Get(path);
        var text = await answer.Text();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{path} was answered with {(int)answer.StatusCode} {answer.Headers.Location} {text}");
        return text;
    }

    /// <summary>Sends a form with the token that <c>/login</c> gives this browser; tokens are good for every form of one login.</summary>
    public async Task<HttpResponseMessage> Post(string path, params (string Name, string Value)[] fields)
    {
        var token = await Token();
        return await PostWithout(path, [("form_token", token), .. fields]);
    }

    /// <summary>Sends a form with these fields alone.</summary>
    public Task<HttpResponseMessage> PostWithout(string path, params (string Name, string Value)[] fields) =>
        Send(new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))) });

    /// <summary>The token of the forms of a page.</summary>
    public async Task<string> Token(string page = "/login")
    {
        var text = await Page(page);
        var match = TokenField().Match(text);
        Assert.True(match.Success, $"{page} has no form");
        return WebUtility.HtmlDecode(match.Groups["it"].Value);
    }

    /// <summary>Sends whatever it is, with the cookies, and keeps those of the answer.</summary>
    public async Task<HttpResponseMessage> Send(HttpRequestMessage request, params (string Name, string Value)[] headers)
    {
        if (Cookies.Count > 0)
            request.Headers.Add("Cookie", string.Join("; ", Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        request.Headers.Host = Host;
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken).OrHang();
        if (answer.Headers.TryGetValues("Set-Cookie", out var set))
        {
            foreach (var text in set)
                Keep(text);
        }

        return answer;
    }

    public void Dispose() => _http.Dispose();

    private void Keep(string text)
    {
        var pair = text.Split(';', 2)[0];
        var equals = pair.IndexOf('=', StringComparison.Ordinal);
        var (name, value) = (pair[..equals], pair[(equals + 1)..]);
        if (value.Length == 0 || text.Contains("expires=Thu, 01 Jan 1970", StringComparison.OrdinalIgnoreCase))
            Cookies.Remove(name);
        else
            Cookies[name] = value;
    }

    [GeneratedRegex("<input[^>]*name=\"form_token\"[^>]*value=\"(?<it>[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex TokenField();
}
