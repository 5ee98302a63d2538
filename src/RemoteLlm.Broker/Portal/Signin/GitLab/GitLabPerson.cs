namespace RemoteLlm.Broker.Portal.Signin.GitLab;

/// <summary>Who GitLab says has logged in.</summary>
/// <param name="Id">GitLab's number of him, which stays.</param>
/// <param name="UserName">His user name there, which he can change.</param>
/// <param name="Groups">Full paths of his groups, those that he is in through a group above among them; empty where they were not asked for.</param>
internal sealed record GitLabPerson(long Id, string UserName, IReadOnlyList<string> Groups);
