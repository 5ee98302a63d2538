namespace RemoteLlm.Hosting.Configuration;

/// <summary>A setting as it is in force, for people who look for the reason of something. Never the value of a secret.</summary>
/// <param name="Name">The option, such as <c>--urls</c>; of what has no option the variable.</param>
/// <param name="Variable">The environment variable.</param>
/// <param name="Description">What it sets.</param>
/// <param name="Value">The value as one would write it; null where there is none.</param>
/// <param name="Source">Where it came from.</param>
public sealed record SettingInForce(string Name, string Variable, string Description, string? Value, SettingSource Source)
{
    /// <summary>Whether it is a secret; then <see cref="Value"/> says only that it is set.</summary>
    public bool IsSecret { get; init; }
}
