using Microsoft.Extensions.DependencyInjection;
using RemoteLlm.Connector.Link;
using RemoteLlm.Connector.Observability;
using RemoteLlm.Connector.Observability.Events;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Hosting.Draining;
using RemoteLlm.Hosting.Metrics;
using RemoteLlm.Protocol.Dialects;

namespace RemoteLlm.Connector.Tests.Observability;

public sealed class ConnectorMetricsTests : IDisposable
{
    private static readonly RelayEvent s_ended = new(RelayEventKind.Completed, DateTimeOffset.UnixEpoch, "label", "id", "chat", Dialect.OpenAi)
    {
        Model = "big",
        Server = "box",
        ServedModel = "big:70b",
        Status = 200,
        BeforeSend = TimeSpan.FromMilliseconds(1),
        FirstByte = TimeSpan.FromSeconds(2),
        Total = TimeSpan.FromSeconds(3),
        PromptTokens = 30,
        CachedTokens = 20,
        CompletionTokens = 10,
        Cost = 0.25m,
    };

    private readonly ServiceProvider _services;
    private readonly PrometheusRegistry _registry;
    private readonly ConnectorMetrics _metrics;

    public ConnectorMetricsTests()
    {
        _services = new ServiceCollection().AddLogging().AddPrometheusMetrics().AddSingleton<LinkState>().AddSingleton<InFlightRequests>().AddSingleton<ConnectorMetrics>().BuildServiceProvider();
        _registry = _services.GetRequiredService<PrometheusRegistry>();
        _metrics = _services.GetRequiredService<ConnectorMetrics>();
    }

    public void Dispose() => _services.Dispose();

    [Fact]
    public void A_request_counts_its_tokens_and_cost_at_its_server()
    {
        _metrics.Completed(s_ended);
        _metrics.Completed(s_ended);

        Has("remotellm_requests_total{gen_ai_operation_name=\"chat\",gen_ai_request_model=\"big\",http_response_status_code=\"200\",remotellm_server=\"box\"} 2");
        Has("remotellm_tokens_total{gen_ai_operation_name=\"chat\",gen_ai_request_model=\"big\",gen_ai_token_type=\"input\",remotellm_server=\"box\"} 60");
        Has("remotellm_tokens_cached_total{gen_ai_operation_name=\"chat\",gen_ai_request_model=\"big\",remotellm_server=\"box\"} 40");
        Has("remotellm_cost_USD_total{gen_ai_request_model=\"big\",remotellm_server=\"box\"} 0.5");
        Has("gen_ai_server_time_to_first_token_seconds_sum{gen_ai_operation_name=\"chat\",gen_ai_request_model=\"big\",http_response_status_code=\"200\",remotellm_server=\"box\"} 4");
        Assert.DoesNotContain("remotellm_server_failures_total{", Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_try_that_failed_at_a_server_is_counted_by_what_came_of_it()
    {
        _metrics.Retried(s_ended with { Kind = RelayEventKind.Retried, Server = "slow", Failure = ServerFailure.RateLimited });
        _metrics.Failed(s_ended with { Kind = RelayEventKind.Failed, Status = 502, Error = "upstream_error", Failure = ServerFailure.Unreachable });

        Has("remotellm_server_failures_total{remotellm_failure=\"rate_limited\",remotellm_server=\"slow\"} 1");
        Has("remotellm_server_failures_total{remotellm_failure=\"unreachable\",remotellm_server=\"box\"} 1");
        Has("remotellm_errors_total{error_type=\"upstream_error\"} 1");
    }

    [Fact]
    public void What_a_client_types_is_no_label_before_a_server_took_it()
    {
        _metrics.Failed(s_ended with { Kind = RelayEventKind.Failed, Model = "my-secret-idea", BeforeSend = null, Server = null, Status = 404 });

        Assert.DoesNotContain("my-secret-idea", Text, StringComparison.Ordinal);
    }

    private string Text => _registry.Write(MetricsFormat.Prometheus);

    private void Has(string line) => Assert.Contains(line + "\n", Text, StringComparison.Ordinal);
}
