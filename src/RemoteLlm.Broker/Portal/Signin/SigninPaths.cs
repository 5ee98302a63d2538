namespace RemoteLlm.Broker.Portal.Signin;

/// <summary>Where the login's pages are.</summary>
internal static class SigninPaths
{
    public const string Login = "/login";

    /// <summary>On to GitLab.</summary>
    public const string GitLab = "/login/gitlab";

    /// <summary>Where GitLab sends people back to: what an application there must list.</summary>
    public const string Callback = "/login/gitlab/callback";

    /// <summary>The development login.</summary>
    public const string Development = "/login/dev";

    public const string Logout = "/logout";

    /// <summary>For those who wait for approval.</summary>
    public const string Pending = "/pending";

    /// <summary>For those who have no key yet.</summary>
    public const string Welcome = "/welcome";
}
