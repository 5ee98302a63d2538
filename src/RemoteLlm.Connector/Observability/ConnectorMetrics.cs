using System.Diagnostics;
using System.Diagnostics.Metrics;
using RemoteLlm.Connector.Link;
using RemoteLlm.Connector.Relay;
using RemoteLlm.Hosting.Draining;

namespace RemoteLlm.Connector.Observability;

/// <summary>The connector's instruments. Names are those of OpenTelemetry's GenAI conventions where one exists; durations are in seconds.</summary>
internal sealed class ConnectorMetrics
{
    public const string MeterName = "RemoteLlm.Connector";

    private static readonly InstrumentAdvice<double> s_durations = new() { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800] };

    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _firstToken;
    private readonly Counter<long> _requests;
    private readonly Counter<long> _errors;
    private readonly Counter<long> _tokens;

    public ConnectorMetrics(IMeterFactory meters, LinkState link, InFlightRequests inFlight)
    {
        var meter = meters.Create(MeterName);
        _requests = meter.CreateCounter<long>("remotellm.requests", "{request}", "Requests answered");
        _errors = meter.CreateCounter<long>("remotellm.errors", "{request}", "Requests that ended with an error, by its code");
        _tokens = meter.CreateCounter<long>("remotellm.tokens", "{token}", "Tokens that the LLM server reported; where it reported none, one for each event with content");
        _duration = meter.CreateHistogram("gen_ai.server.request.duration", "s", "From the arrival of a request to the end of its answer", advice: s_durations);
        _firstToken = meter.CreateHistogram("gen_ai.server.time_to_first_token", "s", "From sending a request to the LLM server to the first byte of its answer's body", advice: s_durations);
        meter.CreateObservableGauge("remotellm.channels", () => link.ChannelsUp, "{channel}", "Channels to the broker that are up");
        meter.CreateObservableGauge("remotellm.link.failures", () => link.Failures, "{failure}", "Failures in a row to reach the broker; 0 while it is reached");
        meter.CreateObservableCounter("remotellm.link.alerts", () => link.Alerts, "{alert}", "Outages of the broker that were worth an alert");
        meter.CreateObservableGauge(
            "remotellm.channel.rtt", () => link.RoundTrips().Select(trip => new Measurement<double>(trip.Seconds, new KeyValuePair<string, object?>("remotellm.channel", trip.Channel))), "s", "Last round trip of each channel");
        meter.CreateObservableGauge("remotellm.requests.active", () => inFlight.Count, "{request}", "Requests being served now");
    }

    public void Finished(Exchange exchange, double seconds, double? firstTokenSeconds, string? errorType)
    {
        var model = new KeyValuePair<string, object?>("gen_ai.request.model", exchange.Sent is null ? "" : exchange.Model);
        var operation = new KeyValuePair<string, object?>("gen_ai.operation.name", exchange.Endpoint.Operation);
        var tags = new TagList { operation, model, { "http.response.status_code", exchange.Status } };
        _requests.Add(1, tags);
        _duration.Record(seconds, tags);
        if (firstTokenSeconds is { } first && exchange.Status == 200)
            _firstToken.Record(first, tags);
        if (exchange.Usage.PromptTokens > 0)
            _tokens.Add(exchange.Usage.PromptTokens, operation, model, new("gen_ai.token.type", "input"));
        if (exchange.Usage.CompletionTokens > 0)
            _tokens.Add(exchange.Usage.CompletionTokens, operation, model, new("gen_ai.token.type", "output"));
        if (errorType is not null)
            _errors.Add(1, new KeyValuePair<string, object?>("error.type", errorType));
    }
}
