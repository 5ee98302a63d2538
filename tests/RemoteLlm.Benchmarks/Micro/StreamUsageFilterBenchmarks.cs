using System.Buffers;
using BenchmarkDotNet.Attributes;
using RemoteLlm.Benchmarks.FakeLlm;
using RemoteLlm.Protocol.Dialects.Usage;

namespace RemoteLlm.Benchmarks.Micro;

/// <summary>Taking out usage that the client did not ask for: paid at the connector for every byte of nearly every stream.</summary>
public class StreamUsageFilterBenchmarks
{
    private readonly StreamUsageFilter _filter = new();
    private readonly ArrayBufferWriter<byte> _output = new(64 * 1024);
    private byte[] _events = [];

    /// <summary>Events in one read: a token that comes alone, and a full buffer.</summary>
    [Params(1, 64)]
    public int Events { get; set; }

    /// <summary>Whether each has <c>"usage":null</c>, as OpenAI and vLLM send it.</summary>
    [Params(false, true)]
    public bool Usage { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        var chunk = new byte[ChatChunk.Length];
        ChatChunk.Write(chunk, number: 0);
        var stream = new ArrayBufferWriter<byte>();
        for (var i = 0; i < Events; i++)
        {
            stream.Write(chunk.AsSpan(0, chunk.Length - 3));
            stream.Write(Usage ? ",\"usage\":null}\n\n"u8 : "}\n\n"u8);
        }

        _events = stream.WrittenSpan.ToArray();
    }

    [Benchmark]
    public void Whole()
    {
        _filter.Filter(_events, _output);
        _output.ResetWrittenCount();
    }

    /// <summary>Two reads, the first of which ends inside an event.</summary>
    [Benchmark]
    public void Split()
    {
        _filter.Filter(_events.AsSpan(0, _events.Length - 100), _output);
        _filter.Filter(_events.AsSpan(_events.Length - 100), _output);
        _output.ResetWrittenCount();
    }
}
