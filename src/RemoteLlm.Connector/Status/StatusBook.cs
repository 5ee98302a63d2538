using RemoteLlm.Connector.Observability.Events;

namespace RemoteLlm.Connector.Status;

/// <summary>
/// What the requests since the start came to, by server and model and in total. At most <see cref="MaxSeries"/> pairs are kept apart; what comes after adds up under
/// <see cref="Other"/>, so that it takes 9 MB at most.
/// </summary>
internal sealed class StatusBook : IRelayObserver
{
    /// <summary>Pairs of server and model that are kept apart.</summary>
    public const int MaxSeries = 1000;

    /// <summary>The server and model of the row that takes what is over <see cref="MaxSeries"/>.</summary>
    public const string Other = "other";

    private static readonly (string? Server, string? Model) s_other = (Other, Other);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string? Server, string? Model), StatusSeries> _series = [];
    private readonly StatusSeries _total = new();

    public string Name => "status";

    /// <summary>All requests together.</summary>
    public StatusRow Total
    {
        get { lock (_gate) return _total.Row(null, null); }
    }

    /// <summary>By server and model, in the order of their names; requests that reached no server first.</summary>
    public IReadOnlyList<StatusRow> Rows
    {
        get
        {
            lock (_gate)
            {
                return
                [
                    .. _series.OrderBy(one => one.Key.Server, StringComparer.Ordinal).ThenBy(one => one.Key.Model, StringComparer.Ordinal)
                        .Select(one => one.Value.Row(one.Key.Server, one.Key.Model)),
                ];
            }
        }
    }

    public void Retried(RelayEvent retried)
    {
        lock (_gate)
        {
            _total.Retried(retried);
            Of(retried).Retried(retried);
        }
    }

    public void Completed(RelayEvent completed) => End(completed, well: true);

    public void Failed(RelayEvent failed) => End(failed, well: false);

    private void End(RelayEvent ended, bool well)
    {
        lock (_gate)
        {
            _total.Ended(ended, well);
            Of(ended).Ended(ended, well);
        }
    }

    // What was not sent has a model of its client's invention.
    private StatusSeries Of(RelayEvent at)
    {
        var key = (at.Server, at.Server is null && at.BeforeSend is null ? null : at.ServedModel ?? at.Model);
        if (_series.TryGetValue(key, out var series))
            return series;
        if (_series.Count >= MaxSeries && !_series.TryGetValue(s_other, out series))
            return _series[s_other] = new StatusSeries();
        return series ?? (_series[key] = new StatusSeries());
    }
}
