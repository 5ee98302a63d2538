using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Usage;
using RemoteLlm.Broker.Usage.History;
using RemoteLlm.Broker.Usage.Spending;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.EndToEnd.Tests.Ledger;

/// <summary>The ledger of a data folder as the broker opens it, without the rest of the broker.</summary>
internal sealed class OpenLedger : IAsyncDisposable
{
    public const string Connector = "home";

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly AccessFiles _users;
    private readonly UserBudgets _budgets;

    private OpenLedger(string folder)
    {
        _users = new AccessFiles(new AccessFilesOptions(folder, RequestLimits.Default, []), TimeProvider.System, NullLogger<AccessFiles>.Instance);
        Assert.Null(_users.Load());
        _budgets = new UserBudgets(_users, _ => Budget.None);
        Proofs = new BillingProofs(folder);
        var metrics = new LedgerMetrics(_services.GetRequiredService<IMeterFactory>());
        Ledger = new UsageLedger(new LedgerOptions(folder), Proofs, _budgets, Totals, new UsageHistory(TimeProvider.System), new CancelledRequests(), metrics, TimeProvider.System, NullLogger<UsageLedger>.Instance);
    }

    public BillingProofs Proofs { get; }

    public UsageTotals Totals { get; } = new();

    public UsageLedger Ledger { get; }

    public static async Task<OpenLedger> In(string folder)
    {
        var open = new OpenLedger(folder);
        await open.Ledger.StartAsync(CancellationToken.None);
        return open;
    }

    public async ValueTask DisposeAsync()
    {
        await Ledger.DisposeAsync();
        _budgets.Dispose();
        await _users.DisposeAsync();
        await _services.DisposeAsync();
    }
}
