using System.Text.Json;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.EndToEnd.Tests.Ledger;

/// <summary>
/// A process that settles usage and issues keys until it is killed, and says on standard output what was sent (before) and what was acknowledged (after). First it sends again what its predecessor had
/// sent last.
/// </summary>
internal static class LedgerChild
{
    /// <summary>The argument by which this program is it.</summary>
    public const string Role = "ledger-child";

    /// <summary>What the predecessor sent last, in the data folder.</summary>
    public const string AgainFile = "again.json";

    private const int Settlers = 3;

    private static readonly string[] s_users = ["alice", "bob", "carol"];
    private static readonly Lock s_gate = new();

    public static async Task<int> Run(string folder, int seed)
    {
        // Should whoever started it be gone, it must not write for ever.
        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        await using var open = await OpenLedger.In(folder);
        var again = Path.Combine(folder, AgainFile);
        if (File.Exists(again))
        {
            foreach (var batch in JsonSerializer.Deserialize<UsageRecord[][]>(await File.ReadAllTextAsync(again, end.Token))!)
                await Settle(open, batch);
        }

        var tasks = Enumerable.Range(0, Settlers).Select(number => Task.Run(() => SettleOn(open, new Random(seed + number), end.Token)));
        await Task.WhenAll([.. tasks, Task.Run(() => IssueKeys(folder, new Random(seed - 1), end.Token))]);
        return 1;
    }

    private static async Task SettleOn(OpenLedger open, Random random, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
            await Settle(open, [.. Enumerable.Range(0, random.Next(1, 8)).Select(_ => Record(open, random))]);
    }

    private static async Task Settle(OpenLedger open, UsageRecord[] batch)
    {
        Say("sent", JsonSerializer.Serialize(batch));
        var receipt = await open.Ledger.SettleAsync(OpenLedger.Connector, new UsageBatch(batch));
        Say(receipt.Refused.Count == 0 ? "settled" : "refused", string.Join(',', batch.Select(record => record.Id)));
    }

    private static async Task IssueKeys(string folder, Random random, CancellationToken cancellationToken)
    {
        var editor = new UsersFileEditor(folder, TimeProvider.System);
        while (!cancellationToken.IsCancellationRequested)
        {
            var (user, key) = (s_users[random.Next(s_users.Length)], ApiKey.Generate());
            if ((await editor.AddKey(user, null, key, cancellationToken)).IsDone)
                Say("key", $"{user} {key}");
        }
    }

    private static UsageRecord Record(OpenLedger open, Random random)
    {
        var (id, user) = ($"req_{Guid.CreateVersion7():N}", s_users[random.Next(s_users.Length)]);
        return new UsageRecord(id, user, "laptop", "chat", "llama3.2")
        {
            Proof = open.Proofs.Of(id, OpenLedger.Connector, user), Status = 200, PromptTokens = random.Next(5000), CompletionTokens = random.Next(1000), Cost = random.Next(1_000_000) / 1_000_000m,
        };
    }

    // One write a line, whose end shows that it is whole.
    private static void Say(string what, string text)
    {
        lock (s_gate)
        {
            Console.Out.Write($"{what} {text} .\n");
            Console.Out.Flush();
        }
    }
}
