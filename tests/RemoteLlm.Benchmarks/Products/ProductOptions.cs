namespace RemoteLlm.Benchmarks.Products;

/// <summary>What is different from a product out of the box.</summary>
internal sealed record ProductOptions
{
    /// <summary>How long channels outlive their socket, on both ends; null for the default.</summary>
    public TimeSpan? ResumeWindow { get; init; }

    /// <summary>How long a request waits for a connector; null for the default.</summary>
    public TimeSpan? ConnectorWait { get; init; }

    /// <summary>Connectors that the broker knows besides the product's own.</summary>
    public int FurtherConnectors { get; init; }

    /// <summary>The connector's <c>servers.json</c>; null for none.</summary>
    public string? Servers { get; init; }

    /// <summary>The connector serves the API on a port of its own as well.</summary>
    public bool Lan { get; init; }

    /// <summary>Makes of the broker's address what the connector dials; null for that address itself.</summary>
    public Func<Uri, Uri>? Line { get; init; }
}
