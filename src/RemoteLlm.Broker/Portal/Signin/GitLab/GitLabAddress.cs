namespace RemoteLlm.Broker.Portal.Signin.GitLab;

/// <summary>Where the parts of a GitLab are that a login needs; it may live below a path.</summary>
internal sealed class GitLabAddress(Uri gitLab)
{
    private readonly string _root = gitLab.GetLeftPart(UriPartial.Path).TrimEnd('/');

    /// <summary>Where people agree.</summary>
    public Uri Authorize => new(_root + "/oauth/authorize");

    /// <summary>Where a code becomes a token.</summary>
    public Uri Token => new(_root + "/oauth/token");

    /// <summary>What it says of itself to everybody.</summary>
    public Uri Discovery => new(_root + "/.well-known/openid-configuration");

    /// <summary>Who somebody is.</summary>
    public Uri User => new(_root + "/api/v4/user");

    /// <summary>His groups.</summary>
    public Uri UserInfo => new(_root + "/oauth/userinfo");
}
