using RemoteLlm.Connector.Observability.Events;
using RemoteLlm.Connector.Relay;
using RemoteLlm.Connector.Servers;

namespace RemoteLlm.Connector.Status;

/// <summary>Adds up one row. Not thread-safe.</summary>
internal sealed class StatusSeries
{
    // Codes are ours, and few.
    private readonly Dictionary<string, long> _errors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _failures = new(StringComparer.Ordinal);
    private readonly LatencyHistogram _latency = new();
    private readonly LatencyHistogram _firstToken = new();
    private long _requests;
    private long _prompt;
    private long _cached;
    private long _completion;
    private decimal? _cost;

    /// <summary>A try failed here; its request goes on elsewhere.</summary>
    public void Retried(RelayEvent retried) => CountFailure(retried.Failure);

    /// <summary>A request ended here.</summary>
    public void Ended(RelayEvent ended, bool well)
    {
        _requests++;
        _prompt += ended.PromptTokens;
        _cached += ended.CachedTokens;
        _completion += ended.CompletionTokens;
        if (ended.Cost is { } cost)
            _cost = (_cost ?? 0) + cost;
        CountFailure(ended.Failure);
        if (!well)
        {
            Count(_errors, ended.Error ?? "internal");
            return;
        }

        // How soon a refusal came would only flatter.
        _latency.Record(ended.Total);
        if (ended.FirstByte is { } first)
            _firstToken.Record(first);
    }

    public StatusRow Row(string? server, string? model) => new()
    {
        Server = server,
        Model = model,
        Requests = _requests,
        // Who leaves, leaves: no server erred.
        Errors = _errors.Values.Sum() - _errors.GetValueOrDefault(Exchange.ClientGone),
        ErrorsByCode = new Dictionary<string, long>(_errors),
        Failures = new Dictionary<string, long>(_failures),
        PromptTokens = _prompt,
        CachedTokens = _cached,
        CompletionTokens = _completion,
        Cost = _cost,
        Latency = Quantiles(_latency),
        FirstToken = Quantiles(_firstToken),
    };

    private static StatusQuantiles? Quantiles(LatencyHistogram of) =>
        of.Count == 0 ? null : new StatusQuantiles(Seconds(of, 0.5), Seconds(of, 0.95), Seconds(of, 0.99));

    // Microseconds are less than the buckets know.
    private static double Seconds(LatencyHistogram of, double share) => double.Round(of.Quantile(share)!.Value.TotalSeconds, 6);

    private static void Count(Dictionary<string, long> counts, string of) => counts[of] = counts.GetValueOrDefault(of) + 1;

    private void CountFailure(ServerFailure failure)
    {
        if (failure != ServerFailure.None)
            Count(_failures, ServerFailures.NameOf(failure));
    }
}
