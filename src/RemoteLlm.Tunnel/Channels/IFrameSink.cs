namespace RemoteLlm.Tunnel.Channels;

/// <summary>What a <see cref="FrameParser"/> tells its owner. Calls come in the order of the wire, on the reader's thread.</summary>
internal interface IFrameSink
{
    /// <summary>The peer has received this many bytes. Comes before whatever else the frame says.</summary>
    void OnAck(long ack);

    /// <summary>A DATA frame begins: its first byte has this number.</summary>
    void OnDataStart(long offset);

    /// <summary>A piece of the payload of the DATA frame that began last.</summary>
    void OnData(ReadOnlySpan<byte> piece);

    void OnPing(long token);

    void OnPong(long token);

    void OnClose(CloseReason reason, string text);
}
