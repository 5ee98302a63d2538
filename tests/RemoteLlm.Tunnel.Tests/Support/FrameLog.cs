using RemoteLlm.Tunnel.Channels;

namespace RemoteLlm.Tunnel.Tests.Support;

/// <summary>Writes down what a parser says. Pieces of one payload are joined: where the wire was cut must not show.</summary>
internal sealed class FrameLog : IFrameSink
{
    private readonly List<byte> _payload = [];

    private readonly List<string> _calls = [];

    public IReadOnlyList<string> Calls
    {
        get
        {
            Settle();
            return _calls;
        }
    }

    public long DataBytes { get; private set; }

    public void OnAck(long ack) => Note($"ack {ack}");

    public void OnDataStart(long offset) => Note($"data at {offset}");

    public void OnData(ReadOnlySpan<byte> piece)
    {
        DataBytes += piece.Length;
        _payload.AddRange(piece);
    }

    public void OnPing(long token) => Note($"ping {token}");

    public void OnPong(long token) => Note($"pong {token}");

    public void OnClose(CloseReason reason, string text) => Note($"close {reason} {text}");

    private void Note(string call)
    {
        Settle();
        _calls.Add(call);
    }

    private void Settle()
    {
        if (_payload.Count == 0)
            return;
        _calls.Add($"bytes {Convert.ToHexString([.. _payload])}");
        _payload.Clear();
    }
}
