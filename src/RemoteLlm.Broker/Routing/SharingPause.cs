namespace RemoteLlm.Broker.Routing;

/// <summary>That a model is there, but not shared now.</summary>
/// <param name="OpensAt">When the first of its connectors shares again; null when only its owner knows.</param>
internal readonly record struct SharingPause(DateTimeOffset? OpensAt);
