using System.Text;
using RemoteLlm.Protocol.Dialects.Usage;

namespace RemoteLlm.Connector.Tests.Metering;

/// <summary>Features of prompts that differ.</summary>
internal static class Prompts
{
    public static PromptFeatures Of(string text)
    {
        var estimate = new PromptEstimate();
        estimate.Observe(Encoding.UTF8.GetBytes($$"""{"prompt":"{{text}}"}"""));
        return estimate.Features;
    }

    public static PromptFeatures Some(int seed)
    {
        var random = new Random(seed);
        return Of(string.Concat(Enumerable.Range(0, random.Next(20, 300)).Select(_ => random.Next(8) switch
        {
            0 => "漢字 ",
            1 => $"{random.Next(10_000)} ",
            2 => "=> {}; ",
            _ => "words ",
        })));
    }
}
