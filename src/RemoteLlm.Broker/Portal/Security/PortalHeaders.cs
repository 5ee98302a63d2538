using Microsoft.AspNetCore.Http;

namespace RemoteLlm.Broker.Portal.Security;

/// <summary>What every answer of the portal tells the browser: load nothing of elsewhere, run nothing that stands in the page, be framed by nobody, keep no copy.</summary>
internal static class PortalHeaders
{
    // Images that people give the chat are blobs and data of their own.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Writes them.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="secure">Whether the portal is reached over TLS.</param>
    public static void Write(HttpResponse response, bool secure)
    {
        var headers = response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        // Our own pages may know where one came from; with "no-referrer" browsers would send Origin: null with our own forms.
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        headers.CacheControl = "no-cache, no-store";
        headers.Pragma = "no-cache";
        if (secure)
            headers.StrictTransportSecurity = "max-age=31536000";
    }
}
