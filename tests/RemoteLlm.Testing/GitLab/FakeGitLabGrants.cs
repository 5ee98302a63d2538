using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace RemoteLlm.Testing.GitLab;

/// <summary>What somebody has agreed to.</summary>
internal sealed record FakeGitLabGrant(FakeGitLabUser User, string RedirectUri, string Challenge, IReadOnlyList<string> Scopes);

/// <summary>Codes and tokens: a code is good once, for the redirect address and the verifier that it was asked for with.</summary>
internal sealed class FakeGitLabGrants
{
    private readonly ConcurrentDictionary<string, FakeGitLabGrant> _codes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, FakeGitLabGrant> _tokens = new(StringComparer.Ordinal);

    public int Tokens => _tokens.Count;

    public string NewCode(FakeGitLabGrant grant)
    {
        var code = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        _codes[code] = grant;
        return code;
    }

    public (string Text, FakeGitLabGrant Grant)? Redeem(string code, string redirect, string verifier)
    {
        if (!_codes.TryRemove(code, out var grant) || grant.RedirectUri != redirect)
            return null;
        // RFC 7636, 4.6.
        if (grant.Challenge.Length > 0 && WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))) != grant.Challenge)
            return null;
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        _tokens[token] = grant;
        return (token, grant);
    }

    public FakeGitLabGrant? Find(string authorization) =>
        authorization.StartsWith("Bearer ", StringComparison.Ordinal) ? _tokens.GetValueOrDefault(authorization["Bearer ".Length..]) : null;
}
