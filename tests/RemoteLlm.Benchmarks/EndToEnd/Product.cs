using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using RemoteLlm.Benchmarks.Processes;

namespace RemoteLlm.Benchmarks.EndToEnd;

/// <summary>A broker and a connector of the built `remotellm`, set up by its commands as an operator would, in a temporary folder.</summary>
internal sealed partial class Product : IDisposable
{
    /// <summary>The names of its processes in the results.</summary>
    public const string Broker = "broker";

    /// <inheritdoc cref="Broker"/>
    public const string Connector = "connector";

    private const string User = "bench";

    private const int RequestsPerMinute = 100_000_000;

    /// <summary>Limits that are checked for every request and never reached.</summary>
    private static readonly string Users = $$"""
        users:
          - gitlab_username: {{User}}
            limits:
              requests_per_minute: {{RequestsPerMinute}}
              burst: 10000000
              concurrent_requests: 100000

        """;

    private static readonly Dictionary<string, string> Environment = new(StringComparer.Ordinal) { ["REMOTELLM_LOG_LEVEL"] = "Warning" };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("remotellm-benchmark-");
    private readonly List<ChildProcess> _processes = [];

    private Product()
    {
    }

    /// <summary>The broker's port on 127.0.0.1.</summary>
    public int Port { get; private set; }

    /// <summary>A key that the broker and the connector accept.</summary>
    public string ApiKey { get; private set; } = "";

    /// <summary>Broker and connector.</summary>
    public IReadOnlyList<ChildProcess> Processes => _processes;

    /// <summary>Starts both in front of the LLM server; completes when a request has gone through.</summary>
    public static async Task<Product> Start(Uri llm, CancellationToken cancellationToken)
    {
        var product = new Product();
        try
        {
            await product.SetUp(llm, cancellationToken);
            return product;
        }
        catch
        {
            product.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var process in _processes)
            process.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task SetUp(Uri llm, CancellationToken cancellationToken)
    {
        var brokerData = _folder.CreateSubdirectory("broker").FullName;
        var connectorData = _folder.CreateSubdirectory("connector").FullName;
        await WriteUsers(Path.Combine(brokerData, "users.yaml"), cancellationToken);
        ApiKey = Secret(await RunCommand(["keys", "issue", User, "--data", brokerData], cancellationToken));
        var token = Secret(await RunCommand(["connectors", "add", User, "--data", brokerData], cancellationToken));

        Port = FreePort();
        var url = $"http://127.0.0.1:{Port}";
        await StartCommand([Broker, "--urls", url, "--data", brokerData], token: null, cancellationToken);
        await StartCommand([Connector, "--broker", url, "--llm", llm.AbsoluteUri, "--data", connectorData], token, cancellationToken);
        var probe = new ProductProbe(Port, ApiKey);
        await probe.UntilServed(_processes, cancellationToken);
        await probe.CheckThatKeysAndLimitsAreOn(RequestsPerMinute, cancellationToken);
    }

    private static async Task WriteUsers(string path, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(path, Users, cancellationToken);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private Task<string> RunCommand(string[] arguments, CancellationToken cancellationToken) =>
        ChildProcess.Run($"remotellm {arguments[0]}", [DotnetHost.ProductAssembly, .. arguments], _folder.FullName, cancellationToken);

    private async Task StartCommand(string[] arguments, string? token, CancellationToken cancellationToken)
    {
        // Beside a RemoteLlm that is in use, the usual management ports are taken.
        var help = await RunCommand([arguments[0], "--help"], cancellationToken);
        string[] management = help.Contains("--management-urls", StringComparison.Ordinal) ? ["--management-urls", "http://127.0.0.1:0"] : [];

        var environment = new Dictionary<string, string>(Environment, StringComparer.Ordinal);
        if (token is not null)
            environment["REMOTELLM_CONNECTOR_TOKEN"] = token;
        _processes.Add(ChildProcess.StartWatched(arguments[0], [DotnetHost.ProductAssembly, .. arguments, .. management], _folder.FullName, environment));
    }

    private static string Secret(string output) =>
        SecretPattern().Match(output) is { Success: true } match ? match.Value : throw new BenchmarkException("A command printed neither a key nor a token.");

    /// <summary>Released again before the broker takes it: what else starts on this machine at that moment could come first.</summary>
    private static int FreePort()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)listener.LocalEndPoint!).Port;
    }

    [GeneratedRegex("(sk|rlc)-[0-9a-f]{32}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SecretPattern();
}
