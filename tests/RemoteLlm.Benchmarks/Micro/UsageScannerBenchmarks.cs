using BenchmarkDotNet.Attributes;
using RemoteLlm.Benchmarks.FakeLlm;
using RemoteLlm.Protocol.Dialects.Streams;
using RemoteLlm.Protocol.Dialects.Usage;

namespace RemoteLlm.Benchmarks.Micro;

/// <summary>The search for token usage: paid at the connector for every byte that an LLM sends.</summary>
public class UsageScannerBenchmarks
{
    private readonly UsageScanner _scanner = new(StreamFormat.ChatEvents);
    private byte[] _events = [];

    /// <summary>Events in one read: a token that comes alone, and a full buffer.</summary>
    [Params(1, 64)]
    public int Events { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _events = new byte[Events * ChatChunk.Length];
        for (var i = 0; i < Events; i++)
            ChatChunk.Write(_events.AsSpan(i * ChatChunk.Length), number: 0);
    }

    [Benchmark]
    public void Whole() => _scanner.Observe(_events);

    /// <summary>Two reads, the first of which ends inside an event.</summary>
    [Benchmark]
    public void Split()
    {
        _scanner.Observe(_events.AsSpan(0, _events.Length - 100));
        _scanner.Observe(_events.AsSpan(_events.Length - 100));
    }
}
