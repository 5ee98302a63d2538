using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using RemoteLlm.Connector;
using RemoteLlm.Connector.Link;
using RemoteLlm.Connector.Servers;

namespace RemoteLlm.Benchmarks.Herd;

/// <summary>Many whole connectors in one process: what to dial on the first line of standard input, "started" on standard output, until the input ends.</summary>
internal static class HerdRole
{
    public static async Task<int> Run(CancellationToken cancellationToken)
    {
        // Every host watches for a file of settings, and a user may have 128 such watchers only.
        Environment.SetEnvironmentVariable("DOTNET_HOSTBUILDER__RELOADCONFIGONCHANGE", "false");
        var members = JsonSerializer.Deserialize<HerdMembers>(await Console.In.ReadLineAsync(cancellationToken) ?? "", JsonSerializerOptions.Web)!;
        var connectors = new List<WebApplication>();
        foreach (var token in members.Tokens)
        {
            var connector = ConnectorHost.Create(Options(members, token), logging => logging.SetMinimumLevel(LogLevel.None));
            connectors.Add(connector);
            await connector.StartAsync(cancellationToken);
        }

        Console.WriteLine("started");
        await Console.In.ReadToEndAsync(cancellationToken);
        // No farewells: the run is over, and its broker may be gone.
        return 0;
    }

    private static ConnectorOptions Options(HerdMembers members, string token)
    {
        if (!BrokerAddress.TryParse(members.Broker, allowInsecure: false, out var broker, out var problem))
            throw new BenchmarkException(problem);
        return new ConnectorOptions
        {
            Link = new LinkOptions { Broker = broker, Token = TokenSource.Fixed(token) },
            Llm = new LlmServerOptions { Url = members.Llm },
            ManagementUrls = "http://127.0.0.1:0",
        };
    }
}
