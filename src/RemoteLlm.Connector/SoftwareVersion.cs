using System.Reflection;

namespace RemoteLlm.Connector;

/// <summary>The release of this build.</summary>
internal static class SoftwareVersion
{
    public static string Text { get; } = typeof(SoftwareVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";
}
