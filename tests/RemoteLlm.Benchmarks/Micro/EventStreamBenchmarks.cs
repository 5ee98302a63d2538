using BenchmarkDotNet.Attributes;
using RemoteLlm.Benchmarks.FakeLlm;
using RemoteLlm.Protocol.Dialects.Streams;

namespace RemoteLlm.Benchmarks.Micro;

/// <summary>The watch over a stream: paid at the connector for every byte that an LLM sends.</summary>
public class EventStreamBenchmarks
{
    private readonly EventStreamTracker _tracker = new();
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
    public void Whole() => _tracker.Observe(_events);

    /// <summary>Two reads, the first of which ends inside an event.</summary>
    [Benchmark]
    public void Split()
    {
        _tracker.Observe(_events.AsSpan(0, _events.Length - 100));
        _tracker.Observe(_events.AsSpan(_events.Length - 100));
    }
}
