using System.Diagnostics;
using System.Diagnostics.Metrics;
using RemoteLlm.Connector.Link;
using RemoteLlm.Connector.Observability.Events;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Hosting.Draining;

namespace RemoteLlm.Connector.Observability;

/// <summary>
/// The connector's instruments. Names are those of OpenTelemetry's GenAI conventions where one exists; durations are in seconds. A request that reached no server has
/// no model either: what clients type must not become labels.
/// </summary>
internal sealed class ConnectorMetrics : IRelayObserver
{
    public const string MeterName = "RemoteLlm.Connector";

    private const string ServerTag = "remotellm.server";

    private static readonly InstrumentAdvice<double> s_durations = new() { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800] };

    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _firstToken;
    private readonly Histogram<double> _queued;
    private readonly Counter<long> _requests;
    private readonly Counter<long> _errors;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _tokens;
    private readonly Counter<long> _cached;
    private readonly Counter<double> _cost;

    public ConnectorMetrics(IMeterFactory meters, LinkState link, InFlightRequests inFlight)
    {
        var meter = meters.Create(MeterName);
        _requests = meter.CreateCounter<long>("remotellm.requests", "{request}", "Requests answered");
        _errors = meter.CreateCounter<long>("remotellm.errors", "{request}", "Requests that ended with an error, by its code");
        _failures = meter.CreateCounter<long>("remotellm.server.failures", "{request}", "Tries of requests that failed at a server, by what came of them; those that another server then served are among them");
        _tokens = meter.CreateCounter<long>("remotellm.tokens", "{token}", "Tokens that the LLM server reported; where it reported none, one for each event with content");
        _cached = meter.CreateCounter<long>("remotellm.tokens.cached", "{token}", "Input tokens that the LLM server had in its cache; remotellm.tokens counts them too");
        _cost = meter.CreateCounter<double>("remotellm.cost", "USD", "What requests cost, as far as it is known");
        _duration = meter.CreateHistogram("gen_ai.server.request.duration", "s", "From the arrival of a request to the end of its answer", advice: s_durations);
        _firstToken = meter.CreateHistogram("gen_ai.server.time_to_first_token", "s", "From sending a request to the LLM server to the first byte of its answer's body", advice: s_durations);
        _queued = meter.CreateHistogram("remotellm.queue.wait", "s", "How long requests waited for a slot, of those that had to", advice: s_durations);
        meter.CreateObservableGauge("remotellm.channels", () => link.ChannelsUp, "{channel}", "Channels to the broker that are up");
        meter.CreateObservableGauge("remotellm.link.failures", () => link.Failures, "{failure}", "Failures in a row to reach the broker; 0 while it is reached");
        meter.CreateObservableCounter("remotellm.link.alerts", () => link.Alerts, "{alert}", "Outages of the broker that were worth an alert");
        meter.CreateObservableGauge(
            "remotellm.channel.rtt", () => link.RoundTrips().Select(trip => new Measurement<double>(trip.Seconds, new KeyValuePair<string, object?>("remotellm.channel", trip.Channel))), "s", "Last round trip of each channel");
        meter.CreateObservableGauge("remotellm.requests.active", () => inFlight.Count, "{request}", "Requests being served now");
    }

    public string Name => "metrics";

    public void Retried(RelayEvent retried) => CountFailure(retried);

    public void Completed(RelayEvent completed) => Count(completed);

    public void Failed(RelayEvent failed) => Count(failed);

    private void Count(RelayEvent ended)
    {
        var server = new KeyValuePair<string, object?>(ServerTag, ended.Server ?? "");
        var model = new KeyValuePair<string, object?>("gen_ai.request.model", ended.BeforeSend is null ? "" : ended.Model);
        var operation = new KeyValuePair<string, object?>("gen_ai.operation.name", ended.Operation);
        var tags = new TagList { operation, model, server, { "http.response.status_code", ended.Status } };
        _requests.Add(1, tags);
        _duration.Record(ended.Total.TotalSeconds, tags);
        if (ended.FirstByte is { } first && ended.Status == 200)
            _firstToken.Record(first.TotalSeconds, tags);
        if (ended.QueueWait is { } wait)
            _queued.Record(wait.TotalSeconds, server);
        if (ended.Error is not null)
            _errors.Add(1, new KeyValuePair<string, object?>("error.type", ended.Error));
        CountFailure(ended);
        if (ended.PromptTokens > 0)
            _tokens.Add(ended.PromptTokens, operation, model, server, new("gen_ai.token.type", "input"));
        if (ended.CompletionTokens > 0)
            _tokens.Add(ended.CompletionTokens, operation, model, server, new("gen_ai.token.type", "output"));
        if (ended.CachedTokens > 0)
            _cached.Add(ended.CachedTokens, operation, model, server);
        if (ended.Cost is > 0 and var cost)
            _cost.Add((double)cost, model, server);
    }

    private void CountFailure(RelayEvent at)
    {
        if (at.Failure != ServerFailure.None)
            _failures.Add(1, new(ServerTag, at.Server ?? ""), new KeyValuePair<string, object?>("remotellm.failure", ServerFailures.NameOf(at.Failure)));
    }
}
