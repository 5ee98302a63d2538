namespace RemoteLlm.Tunnel.Forwarding;

/// <summary>A request body could not be held: the disk is full or cannot be written, or the bound of the <see cref="BodySpool"/> is reached. Not the sender's fault.</summary>
public sealed class BodySpoolException(string message, Exception? inner) : Exception(message, inner);
