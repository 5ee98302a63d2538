using System.Globalization;

namespace RemoteLlm.Benchmarks.Products;

/// <summary>What a process says of itself on its management port.</summary>
internal sealed class Metrics(Uri management) : IDisposable
{
    private readonly HttpClient _client = new() { BaseAddress = management, Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>The values of some series without labels, in the order of their names; not a number where one is missing, or nobody answers.</summary>
    public async Task<double[]> Read(string[] names, CancellationToken cancellationToken)
    {
        try
        {
            var lines = (await _client.GetStringAsync(new Uri("/metrics", UriKind.Relative), cancellationToken)).Split('\n');
            return [.. names.Select(name => Value(lines, name))];
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return [.. names.Select(_ => double.NaN)];
        }
    }

    /// <summary>The sum of a series over all its labels; 0 where there is none yet.</summary>
    public async Task<double> Sum(string name, CancellationToken cancellationToken)
    {
        var lines = (await _client.GetStringAsync(new Uri("/metrics", UriKind.Relative), cancellationToken)).Split('\n');
        return lines
            .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line[name.Length..] is ['{' or ' ', ..])
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }

    public void Dispose() => _client.Dispose();

    private static double Value(string[] lines, string name) =>
        lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal) && line[name.Length..].StartsWith(' ')) is { } line
            ? double.Parse(line[(name.Length + 1)..], CultureInfo.InvariantCulture)
            : double.NaN;
}
