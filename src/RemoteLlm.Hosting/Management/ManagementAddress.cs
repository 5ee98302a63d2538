namespace RemoteLlm.Hosting.Management;

/// <summary>Where the management port is, once the host has started.</summary>
public sealed class ManagementAddress
{
    /// <summary>All addresses, with the ports they really got; empty before the start.</summary>
    public IReadOnlyList<Uri> Urls { get; internal set; } = [];

    /// <summary>The first of <see cref="Urls"/>; null before the start.</summary>
    public Uri? Url => Urls.Count > 0 ? Urls[0] : null;
}
