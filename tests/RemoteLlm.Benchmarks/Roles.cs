namespace RemoteLlm.Benchmarks;

/// <summary>The first argument of this program: what it is to be.</summary>
internal static class Roles
{
    /// <summary>The end-to-end run, which starts all the others.</summary>
    public const string EndToEnd = "e2e";

    /// <summary>The microbenchmarks.</summary>
    public const string Micro = "micro";

    /// <summary>The LLM server of a run.</summary>
    public const string FakeLlm = "fake-llm";

    /// <summary>The clients of a run.</summary>
    public const string Load = "load";
}
