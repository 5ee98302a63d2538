using System.Net;
using System.Net.Http.Headers;
using RemoteLlm.Benchmarks.FakeLlm;
using RemoteLlm.Benchmarks.Processes;

namespace RemoteLlm.Benchmarks.Products;

/// <summary>Asks a broker a little before it is measured.</summary>
internal sealed class ProductProbe(int port, string apiKey)
{
    private const string Served = "200";

    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(30);

    /// <summary>Completes when a request has come through.</summary>
    /// <param name="processes">Those that must live meanwhile.</param>
    /// <param name="every">How often it is tried.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="BenchmarkException">None has in time, or a process ended.</exception>
    public async Task UntilServed(IReadOnlyList<ChildProcess> processes, TimeSpan every, CancellationToken cancellationToken)
    {
        using var client = Client(apiKey);
        using var timer = new PeriodicTimer(every);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(LongestStart);

        var answer = "nothing";
        try
        {
            do
            {
                foreach (var process in processes)
                    process.ThrowIfEnded();
                answer = await Try(client, bound.Token);
            }
            while (answer != Served && await timer.WaitForNextTickAsync(bound.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BenchmarkException($"No request has come through within {LongestStart.TotalSeconds} s; the last answer was: {answer}\n{string.Join('\n', processes)}");
        }
    }

    private static async Task<string> Try(HttpClient client, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await Ask(client, cancellationToken);
            return response.IsSuccessStatusCode ? Served : $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}";
        }
        catch (HttpRequestException failure)
        {
            return failure.Message;
        }
    }

    /// <summary>Figures of a relay that lets everybody through would be worth nothing.</summary>
    /// <exception cref="BenchmarkException">They are not.</exception>
    public async Task CheckThatKeysAndLimitsAreOn(int requestsPerMinute, CancellationToken cancellationToken)
    {
        using var client = Client(apiKey);
        using var answer = await Ask(client, cancellationToken);
        if (!answer.Headers.TryGetValues("x-ratelimit-limit-requests", out var limit))
            throw new BenchmarkException("The answer names no limit: limits are not checked.");
        if (limit.Single() != $"{requestsPerMinute}")
            throw new BenchmarkException($"The limit in force is {limit.Single()}, not the {requestsPerMinute} of users.yaml.");

        using var stranger = Client("sk-00000000000000000000000000000000");
        using var refusal = await Ask(stranger, cancellationToken);
        if (refusal.StatusCode != HttpStatusCode.Unauthorized)
            throw new BenchmarkException($"A wrong key is answered with {(int)refusal.StatusCode}: keys are not checked.");
    }

    private HttpClient Client(string key) => new()
    {
        Timeout = TimeSpan.FromSeconds(5),
        BaseAddress = new Uri($"http://127.0.0.1:{port}"),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
    };

    private static async Task<HttpResponseMessage> Ask(HttpClient client, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(new ChatRequest(Stream: false, Chunks: 1, GapMicroseconds: 0).ToBody());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return await client.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), content, cancellationToken);
    }
}
