namespace RemoteLlm.Testing.GitLab;

/// <summary>Somebody with an account at a <see cref="FakeGitLab"/>.</summary>
/// <param name="Id">The number that stays.</param>
/// <param name="UserName">The name that can be changed.</param>
/// <param name="Groups">Full paths of the groups.</param>
public sealed record FakeGitLabUser(long Id, string UserName, params string[] Groups);
