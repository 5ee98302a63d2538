namespace RemoteLlm.Broker.Routing;

/// <summary>Whether a conversation went where its beginning still is in a cache.</summary>
internal enum Affinity
{
    /// <summary>A conversation that was not seen before, or is forgotten.</summary>
    New,

    /// <summary>It went where it went before.</summary>
    Hit,

    /// <summary>It had to go elsewhere: where it was before is not there, does not serve the model any more, or is far busier than others.</summary>
    Miss,
}
