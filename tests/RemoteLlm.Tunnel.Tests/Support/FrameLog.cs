using RemoteLlm.Tunnel.Channels;

namespace RemoteLlm.Tunnel.Tests.Support;

/// <summary>Writes down what a reader says.</summary>
internal sealed class FrameLog : IFrameSink
{
    private readonly List<string> _calls = [];

    public IReadOnlyList<string> Calls => _calls;

    public long DataBytes { get; private set; }

    public void OnAck(long ack) => _calls.Add($"ack {ack}");

    public void OnData(long offset, ReadOnlySpan<byte> payload)
    {
        DataBytes += payload.Length;
        _calls.Add($"data at {offset}");
        _calls.Add($"bytes {Convert.ToHexString(payload)}");
    }

    public void OnPing(long token) => _calls.Add($"ping {token}");

    public void OnPong(long token) => _calls.Add($"pong {token}");

    public void OnClose(CloseReason reason, string text) => _calls.Add($"close {reason} {text}");
}
