namespace RemoteLlm.Tunnel.Channels;

/// <summary>The peer broke a rule of PROTOCOL.md. Stays inside the channel: its message becomes the text of a CLOSE frame.</summary>
internal sealed class ProtocolViolationException(string rule) : Exception(rule);
