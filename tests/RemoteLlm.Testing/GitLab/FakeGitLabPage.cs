using System.Net;
using Microsoft.AspNetCore.Http;

namespace RemoteLlm.Testing.GitLab;

/// <summary>The page on which somebody agrees or does not.</summary>
internal static class FakeGitLabPage
{
    public static string Consent(FakeGitLabUser user, IQueryCollection query)
    {
        var fields = string.Concat(new[] { "redirect_uri", "state", "code_challenge", "scope" }.Select(name => $"<input type=\"hidden\" name=\"{name}\" value=\"{WebUtility.HtmlEncode(query[name])}\">"));
        return $"""
            <!DOCTYPE html><html lang="en"><title>Authorize</title>
            <h1>An application wants to use your account {WebUtility.HtmlEncode(user.UserName)}</h1>
            <form method="post" action="authorize">{fields}
            <button name="decision" value="authorize">Authorize</button> <button name="decision" value="deny">Deny</button></form></html>
            """;
    }
}
