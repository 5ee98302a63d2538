using BenchmarkDotNet.Attributes;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Benchmarks.Micro;

/// <summary>What is computed for a key: paid for every request at the edge, unless it is remembered.</summary>
public class CredentialBenchmarks
{
    private const string ConnectorId = "gpu-box";

    private readonly string _key = ApiKey.Generate();
    private KeyDigest _hash;
    private byte[] _credential = [];

    [GlobalSetup]
    public void SetUp()
    {
        _hash = ApiKey.Hash(_key);
        _credential = DerivedCredential.Derive(_hash, ConnectorId);
    }

    [Benchmark]
    public KeyDigest Hash() => ApiKey.Hash(_key);

    [Benchmark]
    public byte[] Derive() => DerivedCredential.Derive(_hash, ConnectorId);

    /// <summary>At the connector, of what came in the header.</summary>
    [Benchmark]
    public KeyDigest Fingerprint() => DerivedCredential.Fingerprint(_credential);
}
