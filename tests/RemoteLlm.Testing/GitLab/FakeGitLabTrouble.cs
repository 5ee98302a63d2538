namespace RemoteLlm.Testing.GitLab;

/// <summary>What is wrong with a <see cref="FakeGitLab"/>.</summary>
public enum FakeGitLabTrouble
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Tokens: 500.</summary>
    TokenFails,

    /// <summary>Who somebody is: 500.</summary>
    UserFails,

    /// <summary>Groups: 500.</summary>
    UserInfoFails,

    /// <summary>Tokens: an answer that never comes.</summary>
    TokenHangs,

    /// <summary>Who somebody is: a page in HTML.</summary>
    UserIsNoJson,

    /// <summary>It takes no client's secret.</summary>
    SecretRefused,
}
