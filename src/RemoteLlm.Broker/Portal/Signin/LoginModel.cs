namespace RemoteLlm.Broker.Portal.Signin;

/// <summary>The login page.</summary>
/// <param name="GitLab">Whether one can log in with GitLab.</param>
/// <param name="Development">Whether one can log in under any name.</param>
/// <param name="Return">Where the login leads.</param>
public sealed record LoginModel(bool GitLab, bool Development, string Return);
