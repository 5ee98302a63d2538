using Microsoft.Extensions.Logging;
using RemoteLlm.Connector.Link;
using RemoteLlm.Testing;
using RemoteLlm.Testing.Logs;

namespace RemoteLlm.Connector.Tests.Link;

public sealed class OutageAlertTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly LinkState _state = new();
    private readonly LogRecorder _logs = new();
    private readonly ILoggerFactory _loggers;
    private readonly OutageAlert _alert;

    public OutageAlertTests()
    {
        _loggers = LoggerFactory.Create(logging => logging.AddProvider(_logs));
        _alert = new OutageAlert("https://llm.example.org/", _state, _time, _loggers.CreateLogger<OutageAlert>());
    }

    public void Dispose() => _loggers.Dispose();

    [Fact]
    public void The_fifth_failure_in_a_row_is_an_alert_and_further_ones_are_not()
    {
        Fail(4);
        Assert.Empty(_logs.Entries);

        Fail(20);

        var entry = Assert.Single(_logs.Entries);
        Assert.Equal(LogLevel.Error, entry.Level);
        Assert.True(entry.Says("Broker unreachable", "https://llm.example.org/", "2025-11-30T10:00:00", " 5 ", "it is down"), entry.Message);
        Assert.Equal((24, 1), (_state.Failures, _state.Alerts));
    }

    [Fact]
    public void After_an_alert_it_is_said_that_the_broker_is_back()
    {
        Fail(7);

        _alert.Up();

        var entry = _logs.Entries[^1];
        Assert.True(entry.Says("Broker reached again", " 7 7"), entry.Message);
        Assert.Equal((0, 1), (_state.Failures, _state.Alerts));
        Fail(5);
        Assert.Equal(2, _state.Alerts);
    }

    [Fact]
    public void Connections_that_do_not_hold_do_not_interrupt_a_row()
    {
        Fail(2);
        _alert.Up();
        Assert.Equal(0, _state.Failures);
        _time.Advance(TimeSpan.FromSeconds(9));
        Fail(3);

        Assert.Equal(1, _state.Alerts);
    }

    [Fact]
    public void A_spell_of_health_does()
    {
        Fail(4);
        _alert.Up();
        _time.Advance(TimeSpan.FromSeconds(10));
        Fail(4);

        Assert.Empty(_logs.Entries);
        Assert.Equal((4, 0), (_state.Failures, _state.Alerts));
    }

    private void Fail(int times)
    {
        for (var time = 0; time < times; time++)
        {
            _alert.Failed("it is down");
            _time.Advance(TimeSpan.FromSeconds(1));
        }
    }
}
