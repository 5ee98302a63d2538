using RemoteLlm.Connector.Servers.Costs;
using RemoteLlm.Connector.Servers.Registry.Json;
using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Connector.Servers.Registry.Reading;

/// <summary>Reads one entry of <c>servers</c>.</summary>
/// <param name="folder">What file names are relative to.</param>
/// <param name="problems">Takes what is wrong.</param>
internal sealed class ServerEntryReader(string folder, FileProblems problems)
{
    /// <summary>A day; timers take not much more, and nobody means more.</summary>
    private const int LongestSeconds = 86_400;

    private const int HighestCap = 1_000_000;

    // A TLS handshake across the Internet costs more than a connection that nobody uses.
    private static readonly TimeSpan s_idleInTheCloud = TimeSpan.FromSeconds(60);

    /// <summary>The entry; null where it has no usable address, which has been reported. With any error the whole file is not taken.</summary>
    public ServerEntry? Read(PlacedJson node, string path) => Read(new JsonFields(node, path, "a server", problems));

    /// <inheritdoc cref="Read(PlacedJson, string)"/>
    internal ServerEntry? Read(JsonFields fields)
    {
        var (name, kind, address) = (ReadName(fields), ReadKind(fields), AddressFields.Url(fields));
        var credential = CredentialFields.Read(fields, folder);
        var pool = fields.Object("pool", "a pool");
        var body = BodyFields.ReadBody(fields);
        var models = ModelFields.Models(fields);
        var standard = new ServerEntry { Name = name, Address = address ?? ServerAddress.Parse("http://localhost"), Text = "" };
        var entry = standard with
        {
            Kind = kind,
            Credential = credential,
            Headers = HeaderFields.Read(fields),
            Body = body,
            Defaults = BodyFields.ReadDefaults(fields, body),
            Clocks = ReadClocks(fields),
            MaxConnections = pool?.Whole("max_connections", 1, 10_000) ?? standard.MaxConnections,
            IdleConnection = pool?.Seconds("idle_seconds", 3600) ?? (kind is { } known && ServerKinds.IsPaid(known) ? s_idleInTheCloud : standard.IdleConnection),
            Retries = fields.Whole("retries", 0, 10) ?? standard.Retries,
            RequestsPerMinute = fields.Whole("requests_per_minute", 0, 1_000_000) ?? 0,
            TokensPerMinute = fields.LongWhole("tokens_per_minute", 0, 1_000_000_000_000) ?? 0,
            MaxConcurrent = fields.Whole("max_concurrent", 0, 10_000),
            QueueLimit = fields.Whole("queue_limit", 0, 100_000) ?? standard.QueueLimit,
            Priority = fields.Whole("priority", -1000, 1000) ?? 0,
            Overflow = fields.Flag("overflow"),
            Models = models,
            Aliases = ModelFields.Aliases(fields, models),
            ContextLengths = ModelFields.ContextLengths(fields),
            Prices = ModelFields.Prices(fields),
            Costs = ReadCosts(fields, kind),
            RemoveBillingBlock = fields.Flag("remove_billing_block"),
            AllowModelManagement = fields.Flag("allow_model_management") ?? false,
            Proxy = AddressFields.Proxy(fields),
        };
        pool?.WarnOfOthers();
        fields.WarnOfOthers();
        return address is null ? null : entry with { Text = CanonicalJson.Of(fields.Node, fields.Known.Contains) };
    }

    private static string ReadName(JsonFields fields)
    {
        var name = fields.Value("name");
        if (name is { IsString: true } && ServerName.IsWellFormed(name.Text))
            return name.Text;
        fields.Error("name", name is null ? $"is missing; give the server one. {ServerName.Rule}." : $"cannot be used. {ServerName.Rule}.");
        return "";
    }

    private static ServerKind? ReadKind(JsonFields fields)
    {
        if (fields.Text("kind") is not { } text)
            return null;
        if (ServerKinds.TryParse(text, out var kind))
            return kind;
        var meant = NearMisses.Find(text, ServerKinds.Names) is [var near, ..] ? $" Did you mean \"{near}\"?" : "";
        fields.Error("kind", $"must be one of {string.Join(", ", ServerKinds.Names)}, or absent to be found out.{meant}");
        return null;
    }

    private static ServerClocks ReadClocks(JsonFields fields)
    {
        var standard = new ServerClocks();
        if (fields.Object("timeouts", "timeouts") is not { } clocks)
            return standard;
        var read = new ServerClocks
        {
            Connect = clocks.Seconds("connect", LongestSeconds) ?? standard.Connect,
            FirstByte = clocks.Seconds("first_byte", LongestSeconds) ?? standard.FirstByte,
            Idle = clocks.Seconds("idle", LongestSeconds) ?? standard.Idle,
            Queue = clocks.Seconds("queue", LongestSeconds) ?? standard.Queue,
        };
        clocks.WarnOfOthers();
        return read;
    }

    // Who writes of cost has a server that costs: what he leaves out is as for a paid one, unless the kind says otherwise.
    private static CostCaps? ReadCosts(JsonFields fields, ServerKind? kind)
    {
        if (fields.Object("cost", "a cost") is not { } cost)
            return null;
        var usual = kind is { } known ? CostCaps.UsualOf(known) : CostCaps.Paid;
        var caps = new CostCaps(
            cost.Amount("per_request", HighestCap) ?? usual.PerRequest, cost.Amount("per_day", HighestCap) ?? usual.PerDay, cost.Amount("warn", HighestCap) ?? usual.Warn);
        cost.WarnOfOthers();
        return caps;
    }
}
