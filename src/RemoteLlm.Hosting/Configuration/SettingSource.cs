namespace RemoteLlm.Hosting.Configuration;

/// <summary>Where a setting's value came from; of several the first one counts.</summary>
public enum SettingSource
{
    /// <summary>An option of the command.</summary>
    CommandLine,

    /// <summary>A variable of the process's environment.</summary>
    Environment,

    /// <summary>The <c>.env</c> file in the folder in which the command was started.</summary>
    DotEnv,

    /// <summary>Nobody said anything.</summary>
    Default,
}
