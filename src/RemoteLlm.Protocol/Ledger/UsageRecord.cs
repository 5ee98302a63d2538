using System.Text.Json.Serialization;

namespace RemoteLlm.Protocol.Ledger;

/// <summary>What one request that came through the broker used: a line of the ledger. Facts only, never a word of what was asked or answered.</summary>
/// <param name="Id">The broker's own id of the request (<c>req_</c> and a version 7 UUID, RFC 9562); the same record may come twice and counts once.</param>
/// <param name="User">Whose request.</param>
/// <param name="Key">By which of the user's keys: what it was called then.</param>
/// <param name="Operation">The endpoint's name in logs and metrics.</param>
/// <param name="Model">The model that was asked for.</param>
public sealed record UsageRecord(string Id, string User, string Key, string Operation, string Model)
{
    /// <summary>When the broker took the request, of <see cref="Id"/>: decides the day and the month to which it counts. Set by the broker.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>Which connector served it. Set by the broker.</summary>
    public string Connector { get; init; } = "";

    /// <summary>What <see cref="Control.TunnelHeaders.BillingProof"/> brought. Not kept.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Proof { get; init; }

    /// <summary>What the ledger calls the key whatever its name, as <see cref="Control.TunnelHeaders.BillingKey"/> brought it; null from a broker or a connector that knows of none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? KeyId { get; init; }

    /// <summary>The server that answered; null when none did.</summary>
    public string? Server { get; init; }

    /// <summary>The model's name there; null when none did.</summary>
    public string? ServedModel { get; init; }

    /// <summary>HTTP status of the answer; 499 when the client left before there was one.</summary>
    public int Status { get; init; }

    /// <summary>The code of the error it ended with; null when it ended well.</summary>
    public string? Error { get; init; }

    /// <summary>Tokens of the prompt, the cached ones among them; 0 or more.</summary>
    public long PromptTokens { get; init; }

    /// <summary>Tokens of the prompt that the server had in its cache; 0 to <see cref="PromptTokens"/>.</summary>
    public long CachedTokens { get; init; }

    /// <summary>Tokens of the answer; 0 or more.</summary>
    public long CompletionTokens { get; init; }

    /// <summary>Whether the tokens are an estimate, because the server reported none.</summary>
    public bool Estimated { get; init; }

    /// <summary>What it cost, US dollars; null when nobody says.</summary>
    public decimal? Cost { get; init; }

    /// <summary>How long it waited for a slot, ms; 0 when it did not.</summary>
    public long QueuedMs { get; init; }

    /// <summary>From sending it to the server until the first byte of the answer, ms; null when none came.</summary>
    public long? FirstTokenMs { get; init; }

    /// <summary>From its arrival at the connector to its end, ms.</summary>
    public long DurationMs { get; init; }
}
