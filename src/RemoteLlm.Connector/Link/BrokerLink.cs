using System.Net.WebSockets;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RemoteLlm.Connector.Access;
using RemoteLlm.Connector.Usage;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Connector.Link;

/// <summary>Keeps the session with the broker: one control connection, redialled for ever, and the channels of the session that it granted.</summary>
internal sealed partial class BrokerLink(
    BrokerDialer dialer,
    ChannelKeeper keeper,
    RosterHolder roster,
    IModelSource models,
    StatusReporter reporter,
    LedgerLine ledger,
    LinkState state,
    LinkOptions options,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILoggerFactory loggers,
    ILogger<BrokerLink> logger) : BackgroundService, IConnectorClient
{
    private const string Nonsense = "the broker gave no answer that makes sense";

    private readonly string _instance = Guid.NewGuid().ToString("N");
    private readonly SemaphoreSlim _modelsChanged = new(0, 1);
    private LinkSession? _session;
    private ControlConnection? _control;
    private TaskCompletionSource _nonsense = new();
    private bool _draining;

    /// <summary>Asks the broker for no more requests. Returns when it has agreed, or cannot be asked.</summary>
    public async Task BeginDrainAsync(CancellationToken cancellationToken)
    {
        Volatile.Write(ref _draining, true);
        if (Volatile.Read(ref _control) is not { } control)
            return;
        try
        {
            await control.BeginDrain().WaitAsync(TimeSpan.FromSeconds(5), time, cancellationToken);
        }
        catch (Exception exception) when (exception is TimeoutException or HubException or IOException or OperationCanceledException or InvalidOperationException)
        {
            DrainNotAgreed(logger, exception.GetType().Name);
        }
    }

    async Task IConnectorClient.ApplyRoster(RosterPush push)
    {
        if (Volatile.Read(ref _control) is not { } control)
            return;
        if (!push.IsSound())
        {
            _nonsense.TrySetResult();
            return;
        }

        await control.AcknowledgeRoster(Apply(push)).WaitAsync(options.DialTimeout, time);
    }

    Task IConnectorClient.ApplySpending(SpendingUpdate update)
    {
        ledger.Apply(update);
        return Task.CompletedTask;
    }

    Task IConnectorClient.BeginDrain(DrainReason reason, string detail)
    {
        switch (reason)
        {
            case DrainReason.Replaced:
                state.Ended = reason;
                state.Fail(detail);
                Replaced(logger, detail);
                lifetime.StopApplication();
                break;
            case DrainReason.Revoked:
                state.Fail(detail);
                TokenRevoked(logger, detail);
                break;
            default:
                BrokerStopping(logger, detail);
                break;
        }

        return Task.CompletedTask;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var backoff = new Backoff(time, Random.Shared);
        var alert = new OutageAlert(options.Broker.ToString(), state, time, loggers.CreateLogger<OutageAlert>());
        models.Changed += OnModelsChanged;
        try
        {
            while (true)
            {
                var dial = await dialer.DialAsync(ControlContract.Path, null, stoppingToken);
                var (problem, told) = dial.Socket is { } socket ? await UseAsync(socket, backoff, alert, stoppingToken) : (dial.Problem, dial.Wait(options));
                state.SetControl(false);
                state.Fail(problem);
                var byBackoff = backoff.Failed();
                var wait = told ?? byBackoff;
                ControlDown(logger, options.Broker.ToString(), problem, (long)wait.TotalMilliseconds);
                alert.Failed(problem);
                await dialer.PauseAsync(dial, wait, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host is stopping, and what ran has been drained before.
        }
        finally
        {
            models.Changed -= OnModelsChanged;
            if (_session is not null)
                await _session.DisposeAsync();
        }
    }

    // Whatever a broker answers and whatever the line does, a connector goes on dialling: it stands where nobody watches it.
    private async Task<(string Problem, TimeSpan? Wait)> UseAsync(WebSocket socket, Backoff backoff, OutageAlert alert, CancellationToken stopping)
    {
        try
        {
            return await OpenAsync(socket, backoff, alert, stopping);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !stopping.IsCancellationRequested)
        {
            return ($"the control connection failed ({exception.GetType().Name}: {exception.Message})", null);
        }
    }

    /// <summary>Opens the session and serves it to the end of the control connection.</summary>
    /// <returns>Why it ended, and how long to wait where the broker says so.</returns>
    private async Task<(string Problem, TimeSpan? Wait)> OpenAsync(WebSocket socket, Backoff backoff, OutageAlert alert, CancellationToken stopping)
    {
        await using var control = new ControlConnection(socket, options.Broker, this, loggers);
        try
        {
            using var patience = new CancellationTokenSource(options.DialTimeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stopping);
            await control.StartAsync(either.Token);
            var answer = await control.OpenSession(Request()).WaitAsync(options.DialTimeout, time, stopping);
            if (answer.Grant is not { } grant)
                return (answer.Refusal?.Detail ?? Nonsense, answer.Refusal is { Permanent: true } ? options.RefusedWait : null);

            if (!IsSound(grant))
                return (Nonsense, options.RefusedWait);
            var acknowledged = await AdoptAsync(grant, stopping);
            _nonsense = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _control, control);
            // Whoever comes back while it drains finishes what runs, and gets no more.
            if (Volatile.Read(ref _draining))
                await control.BeginDrain().WaitAsync(options.DialTimeout, time, stopping);
            await control.AcknowledgeRoster(acknowledged).WaitAsync(options.DialTimeout, time, stopping);
            backoff.Connected();
            ledger.Up(control, grant.Spending);
            state.SetControl(true);
            alert.Up();
            ControlUp(logger, options.Broker.ToString(), grant.ConnectorId, grant.Session, grant.Resumed);
            return await ServeAsync(control, stopping);
        }
        finally
        {
            Volatile.Write(ref _control, null);
            ledger.Down();
        }
    }

    private async Task<(string Problem, TimeSpan? Wait)> ServeAsync(ControlConnection control, CancellationToken stopping)
    {
        var session = _session!;
        // A wait that outlived this control connection would swallow the next one's change.
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var reporting = session.Grant.Version >= ConnectorStatus.SinceVersion ? reporter.RunAsync(control, leaving.Token) : Task.CompletedTask;
        try
        {
            while (true)
            {
                var changed = _modelsChanged.WaitAsync(leaving.Token);
                var first = await Task.WhenAny(changed, control.Closed, session.Ended, _nonsense.Task);
                stopping.ThrowIfCancellationRequested();
                if (first == _nonsense.Task)
                    return (Nonsense, options.RefusedWait);
                if (first == control.Closed)
                    return ("the control connection was lost", null);
                if (first == session.Ended)
                {
                    _session = null;
                    await session.DisposeAsync();
                    return ("the broker has ended the session", null);
                }

                await control.ReportModels(models.Inventory).WaitAsync(options.DialTimeout, time, stopping);
            }
        }
        finally
        {
            await leaving.CancelAsync();
            await reporting;
        }
    }

    private SessionRequest Request() => new(
        ControlContract.MinVersion, ControlContract.MaxVersion, SoftwareVersion.Text, _instance, models.Inventory, _session?.Grant.Session, _session?.Grant.Secret, roster.Revision >= 0 ? roster.Revision : null);

    // PROTOCOL.md, section 1: at most 8 channels.
    private static bool IsSound(SessionGrant grant) =>
        grant is { Channels: >= 1 and <= 8, Session: not null, Secret: not null, ConnectorId: not null } && grant.Roster.IsSound();

    /// <summary>Puts a roster in force.</summary>
    /// <returns>What to acknowledge.</returns>
    private long Apply(RosterPush push)
    {
        if (!roster.Apply(push))
        {
            RosterDoesNotFit(logger, push.Revision, push.Since, roster.Revision);
            return -1;
        }

        RosterApplied(logger, push.Revision, push.Users.Count, push.Gone.Count, roster.Count);
        return push.Revision;
    }

    private async Task<long> AdoptAsync(SessionGrant grant, CancellationToken stopping)
    {
        // Under another name it has other fingerprints, and no change of the old ones leads there.
        if (state.ConnectorId is { } former && former != grant.ConnectorId)
            roster.Forget();
        var acknowledged = Apply(grant.Roster);
        if (options.Name is { } name && name != grant.ConnectorId && state.ConnectorId is null)
            NameDiffers(logger, name, grant.ConnectorId);
        state.ConnectorId = grant.ConnectorId;
        if (grant.Resumed && _session is not null)
            return acknowledged;
        if (_session is not null)
            await _session.DisposeAsync();
        _session = new LinkSession(grant, keeper.RunAsync, stopping);
        return acknowledged;
    }

    private void OnModelsChanged()
    {
        try
        {
            _modelsChanged.Release();
        }
        catch (SemaphoreFullException)
        {
            // One report is due already, and it will read the newest inventory.
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Control up {Broker} {Connector} {Session} {Resumed}")]
    private static partial void ControlUp(ILogger logger, string broker, string connector, string session, bool resumed);

    [LoggerMessage(2, LogLevel.Warning, "Control down {Broker} {Problem} {RedialInMs}")]
    private static partial void ControlDown(ILogger logger, string broker, string problem, long redialInMs);

    [LoggerMessage(4, LogLevel.Information, "Roster applied {Revision} {Users} {Gone} {Keys}")]
    private static partial void RosterApplied(ILogger logger, long revision, int users, int gone, int keys);

    [LoggerMessage(5, LogLevel.Error, "Replaced by another connector process with the same token; stop one of the two {Detail}")]
    private static partial void Replaced(ILogger logger, string detail);

    [LoggerMessage(6, LogLevel.Error, "Connector token revoked {Detail}")]
    private static partial void TokenRevoked(ILogger logger, string detail);

    [LoggerMessage(7, LogLevel.Warning, "Broker stopping {Detail}")]
    private static partial void BrokerStopping(ILogger logger, string detail);

    [LoggerMessage(8, LogLevel.Warning, "Name differs: the token decides {Asked} {Connector}")]
    private static partial void NameDiffers(ILogger logger, string asked, string connector);

    [LoggerMessage(10, LogLevel.Warning, "Roster does not fit what is in force; a whole one is asked for {Revision} {Since} {InForce}")]
    private static partial void RosterDoesNotFit(ILogger logger, long revision, long? since, long inForce);

    [LoggerMessage(9, LogLevel.Warning, "Drain not agreed with the broker {Cause}")]
    private static partial void DrainNotAgreed(ILogger logger, string cause);
}
