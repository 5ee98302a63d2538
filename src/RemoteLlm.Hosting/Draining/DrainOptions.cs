namespace RemoteLlm.Hosting.Draining;

/// <summary>How a process stops.</summary>
public sealed class DrainOptions
{
    /// <summary>How long running requests may take to finish after a stop was asked for. Default 120 s: most answers end in it.</summary>
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(120);
}
