using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Connector.Link;

/// <summary>Whatever knows which models this connector serves now.</summary>
internal interface IModelSource
{
    /// <summary>The models as of now.</summary>
    ModelInventory Inventory { get; }

    /// <summary>Raised after <see cref="Inventory"/> has changed. Must return at once.</summary>
    event Action? Changed;
}
