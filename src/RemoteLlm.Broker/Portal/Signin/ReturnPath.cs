using Microsoft.AspNetCore.Http;

namespace RemoteLlm.Broker.Portal.Signin;

/// <summary>Where a login leads: to a page of ours, never elsewhere.</summary>
internal static class ReturnPath
{
    public static string Of(HttpRequest request) => Checked(request.Query["return"].ToString());

    /// <summary>The path if it is one of this site, else the start. Browsers take a backslash for a slash, and two slashes for another host.</summary>
    public static string Checked(string? path) =>
        path is ['/', ..] && path is not ['/', '/' or '\\', ..] && path.Length <= 512 && !path.Any(static c => c is '\\' || c < 0x21 || c > 0x7e) ? path : "/";
}
