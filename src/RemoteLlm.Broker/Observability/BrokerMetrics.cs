using System.Diagnostics;
using System.Diagnostics.Metrics;
using RemoteLlm.Broker.Api;
using RemoteLlm.Broker.Connectors;

namespace RemoteLlm.Broker.Observability;

/// <summary>The broker's instruments. Names are those of OpenTelemetry's GenAI conventions where one exists; durations are in seconds.</summary>
internal sealed class BrokerMetrics
{
    public const string MeterName = "RemoteLlm.Broker";

    private static readonly InstrumentAdvice<double> s_durations = new() { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800] };

    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _firstToken;
    private readonly Counter<long> _requests;
    private readonly Counter<long> _errors;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _tokens;

    public BrokerMetrics(IMeterFactory meters, SessionRegistry sessions)
    {
        var meter = meters.Create(MeterName);
        _requests = meter.CreateCounter<long>("remotellm.requests", "{request}", "Requests answered");
        _errors = meter.CreateCounter<long>("remotellm.errors", "{request}", "Requests that ended with an error, by its code");
        _tokens = meter.CreateCounter<long>("remotellm.tokens", "{token}", "Tokens as connectors report them behind their answers");
        _bytes = meter.CreateCounter<long>("remotellm.answer.bytes", "By", "Bytes of answers given to clients");
        _duration = meter.CreateHistogram("gen_ai.server.request.duration", "s", "From the arrival of a request to the end of its answer", advice: s_durations);
        _firstToken = meter.CreateHistogram("gen_ai.server.time_to_first_token", "s", "From the arrival of a request to the first byte of its answer's body", advice: s_durations);
        meter.CreateObservableGauge("remotellm.sessions", () => sessions.All.Length, "{session}", "Connector sessions that are open");
        meter.CreateObservableGauge("remotellm.channels", () => sessions.All.Sum(session => session.ChannelsUp), "{channel}", "Channels that are up");
        meter.CreateObservableGauge("remotellm.channel.rtt", () => RoundTrips(sessions), "s", "Last round trip of each channel");
        meter.CreateObservableGauge("remotellm.requests.active", () => sessions.All.Sum(session => session.OpenStreams), "{request}", "Requests inside the tunnel now");
    }

    private static IEnumerable<Measurement<double>> RoundTrips(SessionRegistry sessions) =>
        from session in sessions.Routable()
        from trip in session.RoundTrips
        select new Measurement<double>(trip.RoundTrip.TotalSeconds, new("remotellm.connector", session.ConnectorId), new("remotellm.channel", trip.Channel));

    public void Finished(Exchange exchange, double seconds, double? firstByteSeconds, string? errorType)
    {
        var tags = new TagList
        {
            { "gen_ai.operation.name", exchange.Endpoint.Operation },
            // Only a model that somebody serves: whatever a client makes up must not become a series.
            { "gen_ai.request.model", exchange.Connector is null ? "" : exchange.Model },
            { "http.response.status_code", exchange.Status },
        };
        _requests.Add(1, tags);
        _duration.Record(seconds, tags);
        if (firstByteSeconds is { } first && exchange.Status == 200)
            _firstToken.Record(first, tags);
        if (exchange.Usage.PromptTokens > 0)
            _tokens.Add(exchange.Usage.PromptTokens, tags[0], tags[1], new("gen_ai.token.type", "input"));
        if (exchange.Usage.CompletionTokens > 0)
            _tokens.Add(exchange.Usage.CompletionTokens, tags[0], tags[1], new("gen_ai.token.type", "output"));
        if (exchange.Bytes > 0)
            _bytes.Add(exchange.Bytes);
        if (errorType is not null)
            _errors.Add(1, new KeyValuePair<string, object?>("error.type", errorType));
    }
}
