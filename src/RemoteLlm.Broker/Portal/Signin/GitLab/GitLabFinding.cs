namespace RemoteLlm.Broker.Portal.Signin.GitLab;

/// <summary>How GitLab stood when it was asked.</summary>
/// <param name="IsWell">Whether logins would work, as far as can be told.</param>
/// <param name="Text">What happened, in a sentence for operators.</param>
/// <param name="At">When.</param>
/// <param name="Took">How long it took.</param>
public sealed record GitLabFinding(bool IsWell, string Text, DateTimeOffset At, TimeSpan Took);
