using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging;
using RemoteLlm.Broker.Usage;
using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Broker.Connectors;

/// <summary>Takes batches of usage in for the ledger: from connectors that have a session, within bounds.</summary>
internal sealed partial class UsageIntake(SessionRegistry registry, IUsageLedger ledger, ILogger<UsageIntake> logger)
{
    /// <summary>Hands a batch to the ledger.</summary>
    /// <param name="connectionId">The control connection that it came over.</param>
    /// <param name="batch">The batch, as it was sent.</param>
    /// <exception cref="HubException">Nothing of it counts; the message says what to do.</exception>
    public async Task<UsageReceipt> SettleAsync(string connectionId, UsageBatch? batch)
    {
        if (registry.FindByControl(connectionId) is not { ConnectorId: var connector })
            throw new HubException("this control connection has no session: open one, then send the usage again");
        if (batch?.Records is not { Count: > 0 and <= UsageBatch.MaxRecords } records || records.Any(static record => record?.Id is not { Length: > 0 }))
            throw new HubException($"a batch of usage has 1 to {UsageBatch.MaxRecords} records, each with its id: update the connector");

        var outsize = records.Where(IsOutsize).ToList();
        if (outsize.Count == records.Count)
            return new UsageReceipt(Refuse(outsize), []);
        try
        {
            var receipt = await ledger.SettleAsync(connector, outsize.Count == 0 ? batch : new UsageBatch([.. records.Where(static record => !IsOutsize(record))]));
            return outsize.Count == 0 ? receipt : receipt with { Refused = [.. receipt.Refused, .. Refuse(outsize)] };
        }
        catch (IOException exception)
        {
            NotTaken(logger, connector, records.Count, exception.Message);
            throw new HubException("the broker's ledger cannot be written now: send the usage again later", exception);
        }
    }

    // Not one member is missing, and none is longer than any name of ours.
    private static bool IsOutsize(UsageRecord record) =>
        record is not { User: not null, Key: not null, Operation: not null, Model: not null }
        || IsLong(record.Id) || IsLong(record.User) || IsLong(record.Key) || IsLong(record.Operation) || IsLong(record.Model) || IsLong(record.Connector)
        || IsLong(record.Proof) || IsLong(record.Server) || IsLong(record.ServedModel) || IsLong(record.Error);

    private static bool IsLong(string? text) => text is { Length: > UsageBatch.LongestText };

    private static IReadOnlyList<UsageRefusal> Refuse(List<UsageRecord> outsize) =>
        [.. outsize.Select(record => new UsageRefusal(IsLong(record.Id) ? record.Id[..UsageBatch.LongestText] : record.Id, $"a member is missing, or longer than {UsageBatch.LongestText} characters"))];

    [LoggerMessage(1, LogLevel.Warning, "Usage not taken: the ledger cannot be written {Connector} {Records} {Problem}")]
    private static partial void NotTaken(ILogger logger, string connector, int records, string problem);
}
