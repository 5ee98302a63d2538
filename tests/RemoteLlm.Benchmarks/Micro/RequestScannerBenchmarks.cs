using System.Text;
using BenchmarkDotNet.Attributes;
using RemoteLlm.Protocol.Dialects.Requests;

namespace RemoteLlm.Benchmarks.Micro;

/// <summary>The look at a request body: paid for every byte that a client sends.</summary>
public class RequestScannerBenchmarks
{
    private byte[] _body = [];

    /// <summary>A short chat, a coding agent's prompt, an image.</summary>
    [Params(1_000, 100_000, 5_000_000)]
    public int ContentLength { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        var content = new string('x', ContentLength);
        _body = Encoding.UTF8.GetBytes($$"""{"model":"llama3.1:8b","messages":[{"role":"user","content":"{{content}}"}],"temperature":0.7,"stream":true}""");
    }

    [Benchmark]
    public RequestScanState Scan()
    {
        var scanner = new RequestScanner();
        scanner.Scan(_body);
        return scanner.Finish();
    }
}
