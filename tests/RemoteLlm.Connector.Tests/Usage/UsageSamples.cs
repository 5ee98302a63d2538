using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Connector.Tests.Usage;

/// <summary>Records of usage for tests.</summary>
internal static class UsageSamples
{
    /// <summary>A record by its number.</summary>
    public static UsageRecord Record(int number, string user = "alice") => new($"req_{number}", user, "laptop", "chat", "test-model")
    {
        Proof = "0123456789abcdef0123456789abcdef",
        Server = "gpu",
        ServedModel = "test-model:latest",
        Status = 200,
        PromptTokens = number,
        CompletionTokens = 7,
        Cost = 0.00125m,
        DurationMs = 1200,
    };
}
