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

    // Settings that have no option, for what is on a command line can be read by everybody on the machine.
    private static readonly (string Variable, string Description)[] s_secrets =
    [
        (EnvironmentKeys.Variable, "Keys besides those of users.yaml."),
        (PortalSettings.ClientSecretVariable, "The GitLab application's secret."),
        (PortalSettings.SessionSecretVariable, "What logins are sealed with."),
    ];

    public BrokerCommand(EnvironmentSettings environment)
        : base("broker", "Run the broker: the public server with the API, to which connectors dial in.")
    {
        var urls = environment.Text("--urls", "Where to listen, separated by semicolons.", s_defaults.Urls);
        var data = environment.Data();
        var noAuth = environment.Flag("--no-auth", "Accept requests without a key. For development; refused unless every address is loopback.");
        var portal = new PortalSettings(environment);
        var requests = environment.Number("--requests-per-minute", "Requests a minute for users of whom users.yaml says nothing; 0 = no limit.", (int)RequestLimits.DefaultRequestsPerMinute);
        var burst = environment.Number("--burst", "Requests at once for users of whom users.yaml says nothing.", RequestLimits.DefaultBurst);
        var maxBody = environment.Number("--max-body", "Largest request body, in MiB.", (int)(s_defaults.MaxBody >> 20));
        var maxSpool = environment.Number("--max-spool", "Most that request bodies may take up together in temporary files, in MiB.", (int)(s_defaults.MaxSpool >> 20));
        var wait = environment.Seconds("--connector-wait", "How long a request waits for a connector that is not there at the moment; 0 = not at all.", s_defaults.ConnectorWait);
        var write = environment.Seconds("--client-write-timeout", "Longest time in which a client takes nothing of its answer; 0 = no limit.", s_defaults.ClientWriteTimeout);
        var grace = environment.Seconds("--drain-grace", "How long running requests may take to finish on stop.", s_defaults.DrainGrace);
        var management = environment.ManagementUrls(ManagementOptions.BrokerPort);
        var proxies = environment.Text("--trusted-proxies", "Addresses or networks of the proxies in front whose X-Forwarded-For is believed, separated by commas.", s_defaults.TrustedProxies);
        var origins = environment.Text("--cors-origins", "Origins of web pages that may call the API from a browser, such as https://app.example.org or https://*.example.org, separated by commas; * = all.");
        var caps = s_defaults.Connectors;
        var requireTls = environment.Flag("--require-tls", "Refuse connectors of other machines that do not come over TLS, as this server or a trusted proxy sees it.");
        var dials = environment.Number("--dials-per-address", "Dials of connectors a minute from one address; half as many may come at once.", caps.DialsPerAddressPerMinute);
        var sessions = environment.Number("--sessions-per-connector", "Sessions that one connector may have at once.", caps.SessionsPerConnector);
        var channels = environment.Number("--channels-per-session", "Channels that each connector opens; 1 to 8.", caps.ChannelsPerSession);
        var control = environment.Seconds("--control-grace", "How long a connector's session outlives its control connection.", caps.ControlGrace);
        var resume = environment.ResumeWindow(s_defaults.Channels.ResumeWindow);
        foreach (var option in (Option[])[urls, data, noAuth, .. portal.All, requests, burst, maxBody, maxSpool, wait, write, grace, proxies, origins, requireTls, dials, sessions, channels, control, resume, management])
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
                MaxSpool = (long)line.GetValue(maxSpool)!.Value << 20,
                ConnectorWait = line.GetValue(wait)!.Value,
                ClientWriteTimeout = line.GetValue(write)!.Value,
                DrainGrace = line.GetValue(grace)!.Value,
                TrustedProxies = line.Need(proxies),
                CorsOrigins = line.GetValue(origins),
                ManagementUrls = line.GetValue(management),
                InForce = SettingsInForce.Of(line, Options, environment, s_secrets),
                Channels = { ResumeWindow = line.GetValue(resume)!.Value },
                Connectors =
                {
                    RequireTls = line.GetValue(requireTls),
                    DialsPerAddressPerMinute = line.GetValue(dials)!.Value,
                    SessionsPerConnector = line.GetValue(sessions)!.Value,
                    ChannelsPerSession = line.GetValue(channels)!.Value,
                    ControlGrace = line.GetValue(control)!.Value,
                },
            };
            portal.Take(line, options.Portal);
            return ForegroundRun.RunAsync(BrokerHost.Create(options, logging => logging.AddRemoteLlmLogging(ConsoleLogOptions.From(environment))), cancellationToken);
        });
    }
}
