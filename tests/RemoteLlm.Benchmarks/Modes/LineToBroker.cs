using RemoteLlm.Testing.Faults;

namespace RemoteLlm.Benchmarks.Modes;

/// <summary>A line that can be damaged, between a product's connector and its broker.</summary>
internal sealed class LineToBroker : IAsyncDisposable
{
    private FaultyLine? _line;

    /// <summary>The line; there is one once the product has been started.</summary>
    public FaultyLine Faulty => _line ?? throw new InvalidOperationException("The product was started without this line.");

    /// <summary>Lays the line: what the connector is to dial instead of the broker.</summary>
    public Uri To(Uri broker) => (_line = new FaultyLine(broker, seed: 1)).Url;

    public ValueTask DisposeAsync() => _line?.DisposeAsync() ?? ValueTask.CompletedTask;
}
