using System.Collections.Concurrent;
using RemoteLlm.Connector.Servers.Costs;

namespace RemoteLlm.Connector.Metering;

/// <summary>How long answers of each model usually are: what is expected of a request that sets no limit. A mean of the last ones, the newest counting most. Thread-safe.</summary>
internal sealed class AnswerLengths
{
    /// <summary>Models that are remembered. The names are those of models that have answered, so that nobody can make up more.</summary>
    public const int MostModels = 1_000;

    // Some 30 answers: a change of habits shows within minutes, one long answer does not.
    private const double Share = 1.0 / 16;

    private readonly ConcurrentDictionary<string, double> _means = new();

    /// <summary>Tokens of the next answer, 1 or more.</summary>
    public long Expected(string model) => _means.TryGetValue(model, out var mean) ? Math.Max((long)Math.Ceiling(mean), 1) : Pricing.UsualAnswer;

    /// <summary>An answer has ended of itself.</summary>
    public void Observe(string model, long tokens)
    {
        if (tokens < 0 || (_means.Count >= MostModels && !_means.ContainsKey(model)))
            return;
        _means.AddOrUpdate(model, static (_, first) => first, static (_, mean, next) => mean + ((next - mean) * Share), (double)tokens);
    }
}
