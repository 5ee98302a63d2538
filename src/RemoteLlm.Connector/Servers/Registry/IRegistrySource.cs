namespace RemoteLlm.Connector.Servers.Registry;

/// <summary>Whatever knows which servers there should be.</summary>
public interface IRegistrySource
{
    /// <summary>The last good state.</summary>
    RegistryContent Current { get; }

    /// <summary>Raised after <see cref="Current"/> has changed, one change at a time.</summary>
    event Action? Changed;
}
