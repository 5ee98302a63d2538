using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using RemoteLlm.Broker;
using RemoteLlm.Broker.Access.Connectors;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Connector;
using RemoteLlm.Connector.Link;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Hosting.Logging;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Replay;

namespace RemoteLlm.Cli.Demo;

/// <summary>The demo's servers on loopback ports, with a user and a key of their own in a folder that goes when they stop.</summary>
internal sealed class DemoStage : IAsyncDisposable
{
    private const string User = "demo";
    private static readonly string[] s_silent = ["embed", "bge", "minilm", "rerank", "whisper"];
    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("remotellm-demo-");
    private readonly List<WebApplication> _servers = [];

    public string BaseUrl { get; private set; } = "";

    public string ApiKey { get; } = Protocol.Access.ApiKey.Generate();

    /// <summary>What answers, for the reader.</summary>
    public string LlmName { get; private set; } = "";

    /// <summary>The model that the chat uses.</summary>
    public string Model { get; private set; } = "";

    /// <summary>Starts everything; when this returns, a request would be served.</summary>
    public static async Task<DemoStage> SetAsync(string? llm, ConsoleLogOptions logs, CancellationToken cancellationToken)
    {
        var stage = new DemoStage();
        try
        {
            await stage.StartAsync(llm, logs, cancellationToken);
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    public Task DescribeAsync(TextWriter output) => output.WriteLineAsync($$"""
        RemoteLlm demo: client -> broker -> tunnel -> connector -> {{LlmName}}

          portal    {{BaseUrl}} (log in as {{User}}, an operator, or as anybody)
          base URL  {{BaseUrl}}/v1
          API key   {{ApiKey}}
          model     {{Model}}

          curl -N {{BaseUrl}}/v1/chat/completions -H 'Authorization: Bearer {{ApiKey}}' -H 'Content-Type: application/json' \
            -d '{"model":"{{Model}}","stream":true,"messages":[{"role":"user","content":"Hello"}]}'

        """);

    public async ValueTask DisposeAsync()
    {
        // The last started first: the connector says goodbye while the broker still listens.
        foreach (var server in Enumerable.Reverse(_servers))
        {
            await server.StopAsync(CancellationToken.None);
            await server.DisposeAsync();
        }

        _data.Delete(recursive: true);
    }

    private async Task StartAsync(string? llm, ConsoleLogOptions logs, CancellationToken cancellationToken)
    {
        var llmUrl = await ChooseLlmAsync(llm, cancellationToken);

        var token = ConnectorToken.Generate();
        Check(await new ConnectorsFileEditor(_data.FullName, TimeProvider.System).Add("demo-box", token, cancellationToken));
        Check(await new UsersFileEditor(_data.FullName, TimeProvider.System).AddUser(new NewUser(User) { Role = UserRole.Operator }, ApiKey, cancellationToken));

        var broker = BrokerHost.Create(
            new BrokerOptions
            {
                Urls = "http://127.0.0.1:0", Data = _data.FullName, ManagementUrls = "http://127.0.0.1:0", DrainGrace = TimeSpan.FromSeconds(5), Portal = { DevLogin = true },
            },
            logging => logging.AddRemoteLlmLogging(logs));
        BaseUrl = await StartAsync(broker, cancellationToken);
        if (!BrokerAddress.TryParse(BaseUrl, allowInsecure: false, out var address, out var problem))
            throw new CommandException(problem);

        var connector = ConnectorHost.Create(
            new ConnectorOptions
            {
                Link = new LinkOptions { Broker = address, Token = TokenSource.Fixed(token) },
                Llm = new LlmServerOptions { Url = llmUrl, ApiKey = Environment.GetEnvironmentVariable(LlmServerOptions.ApiKeyVariable) },
                DrainGrace = TimeSpan.FromSeconds(5),
                ManagementUrls = "http://127.0.0.1:0",
            },
            logging => logging.AddRemoteLlmLogging(logs));
        await StartAsync(connector, cancellationToken);
        await WaitUntilServedAsync(connector, cancellationToken);
    }

    private async Task<string> ChooseLlmAsync(string? llm, CancellationToken cancellationToken)
    {
        if (llm is not null and not "replay")
        {
            LlmName = $"the LLM server at {llm}";
            return llm;
        }

        if (llm is null && await LocalServers.DetectAsync(TimeProvider.System, cancellationToken) is { } found)
        {
            LlmName = $"{found.Product} at {found.Address}";
            Model = Talker(found.Models);
            return found.Address.ToString();
        }

        LlmName = "the replay server (no LLM server was found here)";
        if (llm is "replay")
            LlmName = "the replay server";
        return await StartAsync(ReplayServer.Create(new ReplayOptions()), cancellationToken);
    }

    private async Task<string> StartAsync(WebApplication server, CancellationToken cancellationToken)
    {
        _servers.Add(server);
        await server.StartAsync(cancellationToken);
        return server.Urls.First();
    }

    private async Task WaitUntilServedAsync(WebApplication connector, CancellationToken cancellationToken)
    {
        try
        {
            var models = connector.Services.GetRequiredService<ServerRegistry>();
            await models.FirstLook.WaitAsync(s_startLimit, cancellationToken);
            if (models.ModelNames.Count == 0)
                throw new CommandException($"The LLM server has no models to offer: {models.Problem ?? "its list is empty"}");
            if (Model.Length == 0)
                Model = Talker(models.ModelNames);
            await connector.Services.GetRequiredService<LinkState>().FirstUp.WaitAsync(s_startLimit, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new CommandException($"The demo did not come up within {s_startLimit.TotalSeconds:0} s: {connector.Services.GetRequiredService<LinkState>().Problem}");
        }

        await DemoChat.WaitForModelAsync(this, s_startLimit, cancellationToken);
    }

    // An embedding or ranking model cannot chat; their names say so often enough.
    private static string Talker(IReadOnlyList<string> models) =>
        models.FirstOrDefault(model => !s_silent.Any(sign => model.Contains(sign, StringComparison.OrdinalIgnoreCase))) ?? models[0];

    private static void Check(EditOutcome outcome)
    {
        if (!outcome.IsDone)
            throw new CommandException(outcome.Message);
    }
}
