using System.Net;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Broker.Access;

/// <summary>The key check at the edge. The connector checks again; this one keeps junk off the home uplink.</summary>
internal sealed class EdgeAccess(EdgeDirectory directory, FailedKeyThrottle throttle, TimeProvider time)
{
    /// <summary>The key of a request, or the error to answer with.</summary>
    /// <param name="context">The request.</param>
    /// <param name="key">The key, when it is known.</param>
    /// <param name="revision">The roster revision by which it was judged.</param>
    public ApiError? Admit(HttpContext context, out KeyRecord? key, out long revision)
    {
        var users = directory.Users;
        revision = users.Revision;
        key = null;
        if (directory.AnonymousKey is not null && !IsLocal(context.Request))
            return ApiErrors.MissingApiKey();
        var text = directory.AnonymousKey ?? KeyOf(context.Request.Headers);
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        if (text is null)
            return throttle.Count(address) ?? ApiErrors.MissingApiKey();
        if (!ApiKey.IsWellFormed(text))
            return throttle.Count(address) ?? ApiErrors.InvalidApiKey();

        var digest = ApiKey.Hash(text);
        if (throttle.Refuse(address, digest) is { } refusal)
            return refusal;
        if (!users.TryFind(digest, out key))
            return throttle.Count(address) ?? ApiErrors.InvalidApiKey();

        throttle.Vouch(address, digest);
        return key.Standing(time.GetUtcNow()) switch
        {
            KeyStanding.Admitted => null,
            KeyStanding.Expired => ApiErrors.KeyExpired(key.ExpiresAt!.Value),
            _ => ApiErrors.KeyBlocked(),
        };
    }

    // Without keys, a web page that a browser on this machine shows must not get in: neither under a name that it made point here nor from its own origin.
    private static bool IsLocal(HttpRequest request) =>
        IsLocalName(request.Host.Host) && (!request.Headers.TryGetValue("Origin", out var origin) || (Uri.TryCreate(origin.ToString(), UriKind.Absolute, out var uri) && IsLocalName(uri.Host)));

    private static bool IsLocalName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    // OpenAI's, Anthropic's and Azure's ways of sending a key, in this order.
    private static string? KeyOf(IHeaderDictionary headers)
    {
        const string Scheme = "Bearer ";
        var authorization = headers.Authorization.ToString();
        if (authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return authorization[Scheme.Length..].Trim();
        return Single(headers, "x-api-key") ?? Single(headers, "api-key");
    }

    private static string? Single(IHeaderDictionary headers, string name) =>
        headers.TryGetValue(name, out var values) && values.Count == 1 && values[0] is { Length: > 0 } text ? text.Trim() : null;
}
