namespace RemoteLlm.Protocol.Control;

/// <summary>Fixed facts of the control connection.</summary>
public static class ControlContract
{
    /// <summary>Path of the control hub.</summary>
    public const string Path = "/_remotellm/control";

    /// <summary>Lowest version that this build speaks.</summary>
    public const int MinVersion = 2;

    /// <summary>Highest version that this build speaks. Version 3 has <see cref="IConnectorHub.ReportStatus"/>.</summary>
    public const int MaxVersion = 3;

    /// <summary>Silence after which either end gives the control connection up.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(12);

    /// <summary>Silence after which either end sends a ping.</summary>
    public static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(5);

    /// <summary>Largest message that a connector may send, bytes: an inventory of 2,000 models with names of 256 letters and all that is known of them.</summary>
    public const int MaxMessageToBroker = 2 * 1024 * 1024;

    /// <summary>The highest version that both speak; null when there is none.</summary>
    public static int? CommonVersion(int min, int max) => min <= max && min <= MaxVersion && max >= MinVersion ? Math.Min(max, MaxVersion) : null;
}
