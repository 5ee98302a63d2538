namespace RemoteLlm.Benchmarks.EndToEnd;

/// <summary>Where requests enter on their way to the fake LLM server.</summary>
/// <param name="Name">"direct" or "relayed".</param>
/// <param name="Port">The port on 127.0.0.1.</param>
/// <param name="ApiKey">The key that it wants.</param>
internal sealed record Route(string Name, int Port, string ApiKey)
{
    public const string Direct = "direct";
    public const string Relayed = "relayed";
}
