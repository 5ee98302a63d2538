using RemoteLlm.Broker.Observability.Requests;
using RemoteLlm.Broker.Portal.Frame;
using RemoteLlm.Broker.Usage;

namespace RemoteLlm.Broker.Portal.Operators.Requests;

/// <summary>Says of requests how they stand, for people.</summary>
internal static class RequestRows
{
    public static RequestsModel Model(LiveRequests requests, RequestFilter filter)
    {
        var (running, finished) = (requests.Running, requests.Finished);
        var shown = finished.Where(one => filter.Shows(one.User, one.Model, one.Connector, one.Id, one.Label) && filter.ShowsOutcome(one.Error)).ToList();
        var latest = filter.All ? shown.Count : Math.Min(shown.Count, RequestsModel.Latest);
        return new RequestsModel(
            filter,
            [.. running.Where(one => filter.Shows(one.User, one.Model, one.Connector, one.Id, one.Label)).Select(Of)],
            [.. shown.Take(latest).Select(Of)],
            shown.Count - latest,
            Choices(filter.User, running.Select(static one => one.User), finished.Select(static one => one.User)),
            Choices(filter.Model, running.Select(static one => one.Model), finished.Select(static one => one.Model)),
            Choices(filter.Connector, running.Select(static one => one.Connector), finished.Select(static one => one.Connector)));
    }

    public static RequestRow Of(RunningRequest one)
    {
        var (state, tone, detail) = one switch
        {
            { IsCancelled: true } => ("being cancelled", "bad", null),
            { FirstByte: not null } => ("answering", "good", $"{one.Bytes / 1024.0:0.#} KiB so far"),
            { Queue: { } queue } => ($"queued, place {queue.Place}", "warm", queue.Wait is { } wait ? $"about {Durations.Text(TimeSpan.FromSeconds(wait))} to wait" : null),
            { Model: null } => ("receiving", null, "its body is still coming"),
            { Connector: null } => ("no connector", "warm", "waits for one that serves the model"),
            _ => ("at the model", "blue", (string?)null),
        };
        return new RequestRow(
            one.Id, one.Label, one.Operation, one.StartedAt, one.User, one.Key, one.Model ?? "", one.Connector ?? "", one.Server, state, tone, detail, one.FirstByte, one.Running, null, !one.IsCancelled);
    }

    public static RequestRow Of(FinishedRequest one)
    {
        var (state, tone, why) = one.Error switch
        {
            null => (RequestFilter.Answered, "good", null),
            UsageOutcomes.ClientGone => (RequestFilter.Stopped, null, "its caller left"),
            var error when error == UsageOutcomes.Cancelled => (RequestFilter.Cancelled, "warm", "by an operator"),
            UsageOutcomes.Upstream => (RequestFilter.Failed, "bad", $"the box answered {one.Status}"),
            var error => (RequestFilter.Failed, "bad", (string?)$"{error}, status {one.Status}"),
        };
        return new RequestRow(
            one.Id, one.Label, one.Operation, one.StartedAt, one.User, one.Key, one.Model ?? "", one.Connector ?? "", one.Server, state, tone, why, one.FirstByte, one.Total, one.PromptTokens + one.CompletionTokens > 0 ? (one.PromptTokens, one.CompletionTokens) : null, CanCancel: false);
    }

    // What is filtered by stays on the list, so that the form shows it.
    private static IReadOnlyList<string> Choices(string chosen, IEnumerable<string?> running, IEnumerable<string?> finished) =>
        [.. running.Concat(finished).Append(chosen).OfType<string>().Where(static text => text.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
