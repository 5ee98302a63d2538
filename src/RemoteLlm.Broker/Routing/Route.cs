using RemoteLlm.Broker.Connectors;
using RemoteLlm.Tunnel.Http2;

namespace RemoteLlm.Broker.Routing;

/// <summary>Where a request goes: a connector's session, and which of its channels.</summary>
internal readonly record struct Route(ConnectorSession Session, ChannelClient Channel);

/// <summary>What <see cref="ModelRouter.Pick"/> found.</summary>
/// <param name="Route">Where to go; null when there is nowhere to go now.</param>
/// <param name="Ending">A channel on which the request failed and which is about to be known as ended: after that its session may have another.</param>
/// <param name="Exhausted">Somebody serves the model, but the request was tried there already.</param>
internal readonly record struct RoutePick(Route? Route, ChannelClient? Ending, bool Exhausted);
