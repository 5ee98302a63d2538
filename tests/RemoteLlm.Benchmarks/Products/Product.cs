using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using RemoteLlm.Benchmarks.Processes;
using RemoteLlm.Broker.Access.Connectors;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Benchmarks.Products;

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

    private readonly Uri? _llm;
    private readonly ProductOptions _options;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("remotellm-benchmark-");
    private readonly Dictionary<string, ChildProcess> _processes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Uri> _management = new(StringComparer.Ordinal);
    private string _token = "";

    private Product(Uri? llm, ProductOptions options)
    {
        _llm = llm;
        _options = options;
    }

    /// <summary>The broker's port on 127.0.0.1.</summary>
    public int Port { get; private set; }

    /// <summary>A key that the broker and the connector accept.</summary>
    public string ApiKey { get; private set; } = "";

    /// <summary>The broker's address.</summary>
    public Uri Url => new($"http://127.0.0.1:{Port}/");

    /// <summary>The port on 127.0.0.1 of <see cref="ProductOptions.Lan"/>; 0 where there is none.</summary>
    public int LanPort { get; private set; }

    /// <summary>The tokens of <see cref="ProductOptions.FurtherConnectors"/>.</summary>
    public IReadOnlyList<string> FurtherTokens { get; private set; } = [];

    /// <summary>Broker and connector.</summary>
    public IReadOnlyList<ChildProcess> Processes => [.. _processes.Values];

    /// <summary>One of them, by its name.</summary>
    public ChildProcess this[string name] => _processes[name];

    /// <summary>Where one of them serves its metrics.</summary>
    public Uri Management(string name) => _management[name];

    /// <summary>CPU time that both have used so far.</summary>
    public TimeSpan Cpu() => _processes.Values.Aggregate(TimeSpan.Zero, (sum, process) => sum + process.Usage().Cpu);

    /// <summary>Resident bytes of each, by its name.</summary>
    public IReadOnlyDictionary<string, long> Memory() => _processes.ToDictionary(process => process.Key, process => process.Value.Usage().Memory, StringComparer.Ordinal);

    /// <summary>Starts both in front of the LLM server; completes when a request has gone through.</summary>
    public static Task<Product> Start(Uri llm, CancellationToken cancellationToken) => Start(llm, new ProductOptions(), cancellationToken);

    /// <summary>The same, with more to say.</summary>
    /// <param name="llm">The LLM server; null where <see cref="ProductOptions.Servers"/> has those there are.</param>
    /// <param name="options">What is different from a product out of the box.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<Product> Start(Uri? llm, ProductOptions options, CancellationToken cancellationToken)
    {
        var product = new Product(llm, options);
        try
        {
            await product.SetUp(cancellationToken);
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
        foreach (var process in _processes.Values)
            process.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>Kills the broker, as a crash would.</summary>
    public void KillBroker()
    {
        _processes[Broker].Dispose();
        _processes.Remove(Broker);
    }

    /// <summary>Starts the broker, on the same port and data; it may not listen yet.</summary>
    public void StartBroker() => StartCommand([Broker, "--urls", Url.AbsoluteUri, "--data", DataOf(Broker)], token: null);

    private async Task SetUp(CancellationToken cancellationToken)
    {
        var brokerData = DataOf(Broker);
        await WriteFile(Path.Combine(brokerData, "users.yaml"), Users, cancellationToken);
        ApiKey = Secret(await RunCommand(["keys", "issue", User, "--data", brokerData], cancellationToken));
        _token = Secret(await RunCommand(["connectors", "add", User, "--data", brokerData], cancellationToken));

        FurtherTokens = await AddConnectors(brokerData, _options.FurtherConnectors, cancellationToken);

        Port = FreePort();
        StartBroker();
        var dialled = _options.Line?.Invoke(Url) ?? Url;
        await StartConnector(dialled, cancellationToken);
        var probe = new ProductProbe(Port, ApiKey);
        await probe.UntilServed(Processes, TimeSpan.FromMilliseconds(100), cancellationToken);
        await probe.CheckThatKeysAndLimitsAreOn(RequestsPerMinute, cancellationToken);
    }

    private static async Task<IReadOnlyList<string>> AddConnectors(string brokerData, int count, CancellationToken cancellationToken)
    {
        // A process for each would take as long as all the rest.
        var file = new ConnectorsFileEditor(brokerData, TimeProvider.System);
        var tokens = new List<string>();
        for (var number = 0; number < count; number++)
        {
            tokens.Add(ConnectorToken.Generate());
            var outcome = await file.Add($"{User}-{number}", tokens[^1], cancellationToken);
            if (!outcome.IsDone)
                throw new BenchmarkException($"Connector {number} could not be added: {outcome.Message}");
        }

        return tokens;
    }

    private async Task StartConnector(Uri broker, CancellationToken cancellationToken)
    {
        List<string> arguments = [Connector, "--broker", broker.AbsoluteUri, "--data", DataOf(Connector)];
        if (_llm is not null)
            arguments.AddRange(["--llm", _llm.AbsoluteUri]);
        if (_options.Servers is not null)
            await WriteFile(Path.Combine(DataOf(Connector), "servers.json"), _options.Servers, cancellationToken);
        if (_options.Lan)
        {
            LanPort = FreePort();
            arguments.AddRange(["--listen", $"127.0.0.1:{LanPort}"]);
        }

        StartCommand([.. arguments], _token);
    }

    private static async Task WriteFile(string path, string text, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(path, text, cancellationToken);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private string DataOf(string process) => _folder.CreateSubdirectory(process).FullName;

    private Task<string> RunCommand(string[] arguments, CancellationToken cancellationToken) =>
        ChildProcess.Run($"remotellm {arguments[0]}", [DotnetHost.ProductAssembly, .. arguments], _folder.FullName, cancellationToken);

    private void StartCommand(string[] arguments, string? token)
    {
        // Beside a RemoteLlm that is in use, the usual management ports are taken.
        if (!_management.TryGetValue(arguments[0], out var management))
            management = _management[arguments[0]] = new Uri($"http://127.0.0.1:{FreePort()}/");

        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["REMOTELLM_LOG_LEVEL"] = "Warning",
            ["REMOTELLM_MANAGEMENT_URLS"] = management.AbsoluteUri,
        };
        if (_options.ResumeWindow is { } window)
            environment["REMOTELLM_RESUME_WINDOW"] = Seconds(window);
        if (_options.ConnectorWait is { } wait)
            environment["REMOTELLM_CONNECTOR_WAIT"] = Seconds(wait);
        if (token is not null)
            environment["REMOTELLM_CONNECTOR_TOKEN"] = token;
        _processes[arguments[0]] = ChildProcess.StartWatched(arguments[0], [DotnetHost.ProductAssembly, .. arguments], _folder.FullName, environment);
    }

    private static string Seconds(TimeSpan span) => span.TotalSeconds.ToString(CultureInfo.InvariantCulture);

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
