using System.CommandLine;
using RemoteLlm.Broker;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Cli.Options;
using RemoteLlm.Cli.Running;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Hosting.Logging;
using RemoteLlm.Hosting.Management;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Cli.Commands;

/// <summary><c>remotellm broker</c>: the public half.</summary>
internal sealed class BrokerCommand : Command
{
    private static readonly BrokerOptions s_defaults = new();

    public BrokerCommand(EnvironmentSettings environment)
        : base("broker", "Run the broker: the public server with the API, to which connectors dial in.")
    {
        var urls = environment.Text("--urls", "Where to listen, separated by semicolons.", s_defaults.Urls);
        var data = environment.Data();
        var noAuth = environment.Flag("--no-auth", "Accept requests without a key. For development; refused unless every address is loopback.");
        var requests = environment.Number("--requests-per-minute", "Requests a minute for users of whom users.yaml says nothing; 0 = no limit.", (int)RequestLimits.DefaultRequestsPerMinute);
        var burst = environment.Number("--burst", "Requests at once for users of whom users.yaml says nothing.", RequestLimits.DefaultBurst);
        var maxBody = environment.Number("--max-body", "Largest request body, in MiB.", (int)(s_defaults.MaxBody >> 20));
        var write = environment.Seconds("--client-write-timeout", "Longest time in which a client takes nothing of its answer; 0 = no limit.", s_defaults.ClientWriteTimeout);
        var grace = environment.Seconds("--drain-grace", "How long running requests may take to finish on stop.", s_defaults.DrainGrace);
        var management = environment.ManagementUrls(ManagementOptions.BrokerPort);
        var proxies = environment.Text("--trusted-proxies", "Addresses or networks of the proxies in front whose X-Forwarded-For is believed, separated by commas.", s_defaults.TrustedProxies);
        foreach (var option in new Option[] { urls, data, noAuth, requests, burst, maxBody, write, grace, proxies, management })
            Add(option);

        SetAction((line, cancellationToken) =>
        {
            var options = new BrokerOptions
            {
                Urls = line.Need(urls),
                Data = line.Need(data),
                ApiKeys = environment[EnvironmentKeys.Variable],
                NoAuth = line.GetValue(noAuth),
                DefaultLimits = new RequestLimits(line.GetValue(requests)!.Value, Math.Max(1, line.GetValue(burst)!.Value)),
                MaxBody = (long)line.GetValue(maxBody)!.Value << 20,
                ClientWriteTimeout = line.GetValue(write)!.Value,
                DrainGrace = line.GetValue(grace)!.Value,
                TrustedProxies = line.Need(proxies),
                ManagementUrls = line.GetValue(management),
            };
            return ForegroundRun.RunAsync(BrokerHost.Create(options, logging => logging.AddRemoteLlmLogging(ConsoleLogOptions.From(environment))), cancellationToken);
        });
    }
}
