namespace RemoteLlm.Connector.Servers.Registry;

/// <summary>The one server that the command line names, if it does.</summary>
internal sealed class CommandLineSource(LlmServerOptions options) : IRegistrySource
{
    /// <summary>It never changes.</summary>
    public event Action? Changed
    {
        add { }
        remove { }
    }

    public RegistryContent Current { get; } = options.Url.Length == 0 ? RegistryContent.Empty : RegistryContent.Empty with { Servers = [options.ToEntry()] };
}
