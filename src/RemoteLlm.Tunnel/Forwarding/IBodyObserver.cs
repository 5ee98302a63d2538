namespace RemoteLlm.Tunnel.Forwarding;

/// <summary>Looks at an answer's bytes as they pass. Called for every read, on the relaying thread: must be quick and must not throw.</summary>
public interface IBodyObserver
{
    /// <summary>The next bytes of the body, before they are written to the client. Valid during the call only.</summary>
    void OnBytes(ReadOnlySpan<byte> bytes);
}
