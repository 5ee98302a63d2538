using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Broker.Portal.Signin.GitLab;

namespace RemoteLlm.Broker.Portal.Operators.Settings;

/// <summary>The settings page: what is in force and from where. Nothing is changed here.</summary>
/// <param name="Facts">What this broker is.</param>
/// <param name="Checks">What <c>/ready</c> looks at.</param>
/// <param name="Files">The files that operators edit.</param>
/// <param name="Login">How people log in and who may.</param>
/// <param name="Settings">The command's settings; empty where a program gave them.</param>
public sealed record SettingsModel(IReadOnlyList<SettingsFact> Facts, IReadOnlyList<SettingsCheck> Checks, IReadOnlyList<SettingsFile> Files, IReadOnlyList<SettingsFact> Login, IReadOnlyList<SettingRow> Settings)
{
    /// <summary>Whether people log in at GitLab.</summary>
    public bool UsesGitLab { get; init; }

    /// <summary>How GitLab stood when it was asked last; null for not since the start.</summary>
    public GitLabFinding? GitLab { get; init; }
}

/// <summary>A fact.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">What it says.</param>
public sealed record SettingsFact(string Name, string Value);

/// <summary>A condition for taking traffic.</summary>
/// <param name="Name">Its name in <c>/ready</c>.</param>
/// <param name="IsReady">Whether it holds.</param>
/// <param name="Reason">Why not, or what there is to remark; null for nothing.</param>
public sealed record SettingsCheck(string Name, bool IsReady, string? Reason);

/// <summary>A file that operators edit.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Holds">What is in force of it.</param>
/// <param name="Problem">What is wrong with it as it is now; null for nothing.</param>
public sealed record SettingsFile(string Path, string Holds, FileProblem? Problem)
{
    /// <summary>Whether an edit of it is in force at once.</summary>
    public bool IsFollowed { get; init; }
}

/// <summary>A setting.</summary>
/// <param name="Name">The option.</param>
/// <param name="Variable">The environment variable.</param>
/// <param name="Description">What it sets.</param>
/// <param name="Value">What is in force; null for nothing. Of a secret only that it is set.</param>
/// <param name="Source">Where it came from, in words.</param>
/// <param name="IsDefault">Whether nobody said anything.</param>
public sealed record SettingRow(string Name, string Variable, string Description, string? Value, string Source, bool IsDefault);
