namespace RemoteLlm.Broker.Portal.Signin.GitLab;

/// <summary>GitLab cannot be reached, or answers that it cannot now: nobody's login is at fault. The message is for the log.</summary>
internal sealed class GitLabException(string message, Exception? innerException = null) : Exception(message, innerException);
