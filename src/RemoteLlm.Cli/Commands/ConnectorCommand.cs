using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using RemoteLlm.Cli.Options;
using RemoteLlm.Cli.Running;
using RemoteLlm.Connector;
using RemoteLlm.Connector.Lan;
using RemoteLlm.Connector.Link;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Hosting.Logging;
using RemoteLlm.Hosting.Management;
using RemoteLlm.Tunnel.Channels;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Cli.Commands;

/// <summary><c>remotellm connector</c>: the half beside the LLM server.</summary>
internal sealed class ConnectorCommand : Command
{
    private const string TokenVariable = "REMOTELLM_CONNECTOR_TOKEN";
    /// <summary>The file in the data folder in which the token is looked for.</summary>
    public const string TokenFileName = "connector.token";

    public ConnectorCommand(EnvironmentSettings environment, TimeProvider time)
        : base("connector", $"Run the connector: it dials out to the broker and serves its requests from your LLM server, and with --listen those of this network. The token comes from {TokenVariable} or a file; a proxy on the way from HTTPS_PROXY, HTTP_PROXY or ALL_PROXY, except for NO_PROXY and this machine.")
    {
        var defaults = new LlmServerOptions();
        var broker = environment.Text("--broker", "The broker's address, such as https://llm.example.org. Not needed with --listen.");
        var llm = environment.Text("--llm", $"An LLM server's address, such as http://localhost:11434. Others, and what else can be said of one, are in {ServersJson.Name} of the data folder: see `remotellm servers`.");
        var name = environment.Text("--name", "What you call this connector. The token decides; a difference is remarked upon.");
        var data = environment.Data();
        var tokenFile = environment.Text("--token-file", $"File with the connector token. Default: {TokenFileName} in the data folder, if it is there.");
        var insecure = environment.Flag("--insecure", "Allow plain http to a broker on another machine. Prompts then cross the line readable.");
        var caFile = environment.Text("--ca-file", "PEM file of a private certificate authority to trust besides the system's.");
        var llmKeyFile = environment.Text("--llm-api-key-file", $"File with the LLM server's API key, where it wants one; or set {LlmServerOptions.ApiKeyVariable}.");
        var connect = environment.Seconds("--connect-timeout", "Longest wait for a connection to the LLM server; 0 = no limit.", defaults.ConnectTimeout);
        var first = environment.Seconds("--first-byte-timeout", "Longest silence of the LLM server before its first byte; 0 = no limit.", defaults.FirstByteTimeout);
        var idle = environment.Seconds("--idle-timeout", "Longest silence of the LLM server between bytes; 0 = no limit.", defaults.BetweenBytesTimeout);
        var slots = environment.Number("--llm-slots", "Requests that the LLM server works on at once; others wait for their turn. 0 = no limit. Default: what the server says, else what is usual of its kind.");
        var retries = environment.Number("--llm-retries", "How often a request that failed before the first byte of an answer is tried again.", defaults.Retries);
        var places = environment.Number("--queue-limit", "Requests that may wait for their turn.", defaults.QueueLimit);
        var queue = environment.Seconds("--queue-timeout", "Longest wait for a turn; 0 = no limit.", defaults.QueueTimeout);
        var billing = environment.Text("--remove-billing-block", "Take Claude Code's changing first block out of system prompts, which spoils prefix caches: yes, no, or auto (for servers on this network).", "auto");
        var manage = environment.Flag("--allow-model-management", "Let users with role: operator pull, push, create, copy and delete models at an Ollama server.");
        var endBlocked = environment.Flag("--end-blocked", "End the running requests of a key that is blocked or removed, with an error; false: let them finish, and refuse only new ones.", fallback: true);
        var listen = environment.Text("--listen", "Serve the API here too, separated by semicolons: a port for this machine alone, such as 8090, or an address such as http://192.168.1.5:8090 or http://*:8090. Plain http. Off by default.");
        var listenNoAuth = environment.Flag("--listen-no-auth", "Serve everybody who can reach --listen, without a key.");
        var listenKeys = environment.Text("--listen-keys-file", $"File with keys for --listen, one a line: name=sk-... or sk-...; or set {LanOptions.KeysVariable}, separated by commas. Keys of the broker's users are good there too.");
        var origins = environment.Text("--cors-origins", "Origins of web pages that may call --listen from a browser, such as http://localhost:3000, separated by commas; * = all.");
        var maxBody = environment.Number("--max-body", "Largest request body, in MiB.", 50);
        var maxSpool = environment.Number("--max-spool", "Most that request bodies may take up together in temporary files, in MiB.", (int)(BodySpool.DefaultLimit >> 20));
        var write = environment.Seconds("--client-write-timeout", "Longest time in which nothing of an answer is taken by the broker; 0 = no limit.", TimeSpan.FromMinutes(5));
        var grace = environment.Seconds("--drain-grace", "How long running requests may take to finish on stop.", TimeSpan.FromSeconds(120));
        var management = environment.ManagementUrls(ManagementOptions.ConnectorPort);
        var resume = environment.ResumeWindow(new ChannelOptions().ResumeWindow);
        foreach (var option in new Option[] { broker, llm, name, data, tokenFile, insecure, caFile, llmKeyFile, connect, first, idle, slots, retries, places, queue, billing, manage, endBlocked, listen, listenNoAuth, listenKeys, origins, maxBody, maxSpool, write, grace, resume, management })
            Add(option);
        Add(new ConnectorEnrollCommand(environment, time));

        SetAction(async (line, cancellationToken) =>
        {
            var options = new ConnectorOptions
            {
                Link = Link(line),
                Lan = Lan(line),
                Llm = new LlmServerOptions
                {
                    Url = line.GetValue(llm) ?? "",
                    ApiKey = environment[LlmServerOptions.ApiKeyVariable],
                    ApiKeyFile = line.GetValue(llmKeyFile),
                    ConnectTimeout = line.GetValue(connect)!.Value,
                    FirstByteTimeout = line.GetValue(first)!.Value,
                    BetweenBytesTimeout = line.GetValue(idle)!.Value,
                    MaxConcurrent = line.GetValue(slots),
                    Retries = line.GetValue(retries)!.Value,
                    QueueLimit = line.GetValue(places)!.Value,
                    QueueTimeout = line.GetValue(queue)!.Value,
                    RemoveBillingBlock = YesNoAuto(line.Need(billing)),
                    AllowModelManagement = line.GetValue(manage),
                },
                Channels = { ResumeWindow = line.GetValue(resume)!.Value },
                MaxBody = (long)line.GetValue(maxBody)!.Value << 20,
                MaxSpool = (long)line.GetValue(maxSpool)!.Value << 20,
                ClientWriteTimeout = line.GetValue(write)!.Value,
                EndBlocked = line.GetValue(endBlocked),
                DrainGrace = line.GetValue(grace)!.Value,
                ManagementUrls = line.GetValue(management),
                Data = line.Need(data),
            };
            var app = ConnectorHost.Create(options, logging => logging.AddRemoteLlmLogging(ConsoleLogOptions.From(environment)));
            var link = app.Services.GetRequiredService<LinkState>();
            await ForegroundRun.RunAsync(app, cancellationToken);
            return link.Ended is null ? ExitCodes.Ok : ExitCodes.Replaced;
        });

        // Without a port of its own a connector is nothing without a broker.
        LinkOptions? Link(ParseResult line)
        {
            if (line.GetValue(broker) is null && line.GetValue(listen) is not null)
                return null;
            if (!BrokerAddress.TryParse(line.Need(broker), line.GetValue(insecure), out var address, out var problem))
                throw CommandException.Usage(problem);
            return new LinkOptions
            {
                Broker = address,
                Token = Token(environment, line.GetValue(tokenFile), line.Need(data)),
                CaFile = line.GetValue(caFile),
                Name = line.GetValue(name),
            };
        }

        LanOptions? Lan(ParseResult line) => line.GetValue(listen) is not { } urls ? null : new LanOptions
        {
            Listen = urls,
            NoAuth = line.GetValue(listenNoAuth),
            Keys = environment[LanOptions.KeysVariable],
            KeysFile = line.GetValue(listenKeys),
            CorsOrigins = line.GetValue(origins),
        };
    }

    private static bool? YesNoAuto(string text) => text switch
    {
        "yes" or "true" or "1" => true,
        "no" or "false" or "0" => false,
        "auto" => null,
        _ => throw CommandException.Usage("--remove-billing-block is yes, no or auto."),
    };

    // The command line wins over the environment; the file in the data folder is what is left.
    private static TokenSource Token(EnvironmentSettings environment, string? file, string data)
    {
        if (file is not null)
            return TokenSource.FromFile(file);
        if (environment[TokenVariable] is { } token)
            return TokenSource.Fixed(token);
        var usual = Path.Combine(data, TokenFileName);
        return File.Exists(usual)
            ? TokenSource.FromFile(usual)
            : throw CommandException.Usage($"No connector token: set {TokenVariable}, or give --token-file. `remotellm connector enroll URL` gets one with an operator's approval, `remotellm connectors add NAME` at the broker makes one.");
    }
}
