namespace RemoteLlm.Tunnel.Channels;

/// <summary>What a <see cref="FrameReader"/> tells its owner. Calls come in the order of the wire, on the reader's thread.</summary>
internal interface IFrameSink
{
    /// <summary>The peer has received this many bytes. Comes before whatever else the frame says.</summary>
    void OnAck(long ack);

    /// <summary>A DATA frame: its first byte has this number.</summary>
    void OnData(long offset, ReadOnlySpan<byte> payload);

    void OnPing(long token);

    void OnPong(long token);

    void OnClose(CloseReason reason, string text);
}
