using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;

namespace RemoteLlm.Broker.Portal.Signin.GitLab;

/// <summary>Asks GitLab who somebody is, with the token of his login.</summary>
/// <remarks>
/// The number and the name are in <c>GET /api/v4/user</c> (scope <c>read_user</c>). The groups are among the claims of <c>/oauth/userinfo</c> (scope <c>openid</c>): paths "of the groups the user is
/// a member of, either directly or through an ancestor group"; the API's own list of groups would need a scope that reads far more.
/// See https://docs.gitlab.com/integration/openid_connect_provider.
/// </remarks>
internal static class GitLabProfile
{
    /// <summary>Asks.</summary>
    /// <param name="http">The connection to GitLab.</param>
    /// <param name="gitLab">Where GitLab is.</param>
    /// <param name="token">The access token; used for this and then forgotten.</param>
    /// <param name="withGroups">Whether to ask for groups.</param>
    /// <param name="cancellationToken">Ends the questions.</param>
    /// <exception cref="GitLabException">GitLab is in trouble.</exception>
    /// <exception cref="AuthenticationFailureException">It refuses, or its answer is not what it should be.</exception>
    public static async Task<GitLabPerson> ReadAsync(HttpClient http, GitLabAddress gitLab, string token, bool withGroups, CancellationToken cancellationToken)
    {
        using var user = await AskAsync(http, gitLab.User, token, cancellationToken);
        if (NumberOf(user.RootElement, "id") is not { } id || TextOf(user.RootElement, "username") is not { Length: > 0 } name)
            throw new AuthenticationFailureException("/api/v4/user names no user");
        if (!withGroups)
            return new GitLabPerson(id, name, []);

        using var claims = await AskAsync(http, gitLab.UserInfo, token, cancellationToken);
        if (TextOf(claims.RootElement, "sub") != id.ToString(CultureInfo.InvariantCulture))
            throw new AuthenticationFailureException("/oauth/userinfo is about another user");
        return new GitLabPerson(id, name, GroupsOf(claims.RootElement));
    }

    private static async Task<JsonDocument> AskAsync(HttpClient http, Uri address, string token, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var answer = await http.SendAsync(request, cancellationToken);
        if (!answer.IsSuccessStatusCode)
            throw new AuthenticationFailureException($"{address.AbsolutePath} was answered with {(int)answer.StatusCode}");
        try
        {
            return JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellationToken));
        }
        catch (JsonException exception)
        {
            throw new AuthenticationFailureException($"{address.AbsolutePath} was not answered with JSON: is --gitlab-url right?", exception);
        }
    }

    private static IReadOnlyList<string> GroupsOf(JsonElement claims) =>
        claims.TryGetProperty("groups", out var groups) && groups.ValueKind == JsonValueKind.Array
            ? [.. groups.EnumerateArray().Where(group => group.ValueKind == JsonValueKind.String).Select(group => group.GetString()!)]
            : [];

    private static long? NumberOf(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number > 0 ? number : null;

    private static string? TextOf(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
