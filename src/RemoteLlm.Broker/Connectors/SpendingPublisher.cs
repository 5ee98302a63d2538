using Microsoft.Extensions.Hosting;
using RemoteLlm.Broker.Usage;

namespace RemoteLlm.Broker.Connectors;

/// <summary>Tells every connector what users with a budget have used, as the ledger's figures change: gathered for a second, and to each connector one message at a time.</summary>
internal sealed class SpendingPublisher(IUsageLedger ledger, SessionRegistry registry, ConnectorCalls calls, TimeProvider time) : BackgroundService
{
    /// <summary>How long changes are gathered, 1 s. What a user may overshoot a budget by at another connector is what runs there in it.</summary>
    public static readonly TimeSpan Gather = TimeSpan.FromSeconds(1);

    // As long as a roster may take: a message of the one waits behind one of the other.
    private static readonly TimeSpan s_tellTime = TimeSpan.FromSeconds(30);

    private readonly ChangedUsers _changed = new();
    private readonly SemaphoreSlim _due = new(0, 1);

    public override void Dispose()
    {
        _due.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        ledger.SpendingChanged += OnChanged;
        try
        {
            while (true)
            {
                await _due.WaitAsync(stoppingToken);
                await Task.Delay(Gather, time, stoppingToken);
                while (_changed.TryTake(out var users))
                {
                    foreach (var session in registry.All)
                        Push(session, users);
                    await Task.Delay(Gather, time, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Connectors learn all of it from the next broker process.
        }
        finally
        {
            ledger.SpendingChanged -= OnChanged;
        }
    }

    private void OnChanged(IReadOnlySet<string>? users)
    {
        if (_changed.Add(users))
            _due.Release();
    }

    private void Push(ConnectorSession session, IReadOnlySet<string>? users)
    {
        if (session.SpendingChanged.Add(users))
            _ = SendAsync(session);
    }

    // A connector that does not read gets, once it does, one message with all that has changed meanwhile.
    private async Task SendAsync(ConnectorSession session)
    {
        while (session.SpendingChanged.TryTake(out var users))
        {
            await calls.TellAsync(
                session,
                connector =>
                {
                    var update = users is null ? ledger.Spending() : ledger.SpendingOf(users);
                    return update.Whole || update.Users.Count > 0 ? connector.ApplySpending(update) : Task.CompletedTask;
                },
                s_tellTime);
        }
    }
}
