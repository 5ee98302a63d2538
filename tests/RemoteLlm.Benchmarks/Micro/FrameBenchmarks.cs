using BenchmarkDotNet.Attributes;
using RemoteLlm.Tunnel.Channels;

namespace RemoteLlm.Benchmarks.Micro;

/// <summary>A frame of the tunnel, written and read: paid once for every message in either direction.</summary>
public class FrameBenchmarks
{
    private readonly FrameParser _parser = new(new Ignore());
    private byte[] _frame = [];

    /// <summary>A token, and the longest payload.</summary>
    [Params(250, FrameFormat.MaxPayload)]
    public int Payload { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _frame = new byte[FrameFormat.DataHeader + Payload];
        FrameFormat.WriteDataHeader(_frame, ack: 1, offset: 1);
    }

    [Benchmark]
    public void WriteHeader() => FrameFormat.WriteDataHeader(_frame, ack: 4_000_000, offset: 8_000_000);

    [Benchmark]
    public void Parse() => _parser.Read(_frame, endOfMessage: true);

    private sealed class Ignore : IFrameSink
    {
        public void OnAck(long ack)
        {
        }

        public void OnDataStart(long offset)
        {
        }

        public void OnData(ReadOnlySpan<byte> piece)
        {
        }

        public void OnPing(long token)
        {
        }

        public void OnPong(long token)
        {
        }

        public void OnClose(CloseReason reason, string text)
        {
        }
    }
}
