using BenchmarkDotNet.Attributes;
using RemoteLlm.Tunnel.Channels;

namespace RemoteLlm.Benchmarks.Micro;

/// <summary>A frame of the tunnel, written and read: paid once for every message in either direction.</summary>
public class FrameBenchmarks
{
    private readonly Ignore _ignore = new();
    private byte[] _frame = [];

    /// <summary>A token, and the longest payload.</summary>
    [Params(250, FrameFormat.MaxPayload)]
    public int Payload { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _frame = new byte[FrameFormat.DataHeader + Payload + FrameFormat.ChecksumLength];
        Write();
    }

    [Benchmark]
    public int Write()
    {
        FrameFormat.WriteDataHeader(_frame, ack: 4_000_000, offset: 8_000_000);
        return FrameFormat.Seal(_frame, _frame.Length - FrameFormat.ChecksumLength);
    }

    [Benchmark]
    public void Read() => FrameReader.Read(_frame, _ignore);

    private sealed class Ignore : IFrameSink
    {
        public void OnAck(long ack)
        {
        }

        public void OnData(long offset, ReadOnlySpan<byte> payload)
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
