using System.Text;
using System.Text.Json;
using RemoteLlm.Protocol.Dialects.Usage;

namespace RemoteLlm.Protocol.Tests.Dialects.Usage;

/// <summary>A prompt of <c>token-counts.jsonl</c> and what the tokenizers made of it.</summary>
internal sealed record TokenCounts(string Text, IReadOnlyDictionary<string, int> Tokens)
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public double Mean => Tokens.Values.Average();

    public static TokenCounts[] Read() =>
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Recordings", "token-counts.jsonl")).Select(line => JsonSerializer.Deserialize<TokenCounts>(line, Web)!)];

    /// <summary>The prompt alone, without what a message costs.</summary>
    public PromptEstimate Estimate()
    {
        var estimate = new PromptEstimate();
        estimate.Observe(Encoding.UTF8.GetBytes($$"""{"model":"any","prompt":{{JsonSerializer.Serialize(Text)}}}"""));
        return estimate;
    }
}
