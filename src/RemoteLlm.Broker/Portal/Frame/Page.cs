using Microsoft.AspNetCore.Components;

namespace RemoteLlm.Broker.Portal.Frame;

/// <summary>A page: markup made of a model, rendered on the server. It asks for nothing itself.</summary>
public abstract class Page<TModel> : ComponentBase
{
    /// <summary>What all pages know.</summary>
    [Parameter, EditorRequired]
    public PageFrame Frame { get; set; } = null!;

    /// <summary>What this one shows.</summary>
    [Parameter, EditorRequired]
    public TModel Model { get; set; } = default!;
}
