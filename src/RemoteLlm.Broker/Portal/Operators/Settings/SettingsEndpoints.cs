using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Portal.Frame;
using RemoteLlm.Broker.Portal.Signin.GitLab;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Hosting.Management;

namespace RemoteLlm.Broker.Portal.Operators.Settings;

/// <summary>What is in force and from where.</summary>
internal static class SettingsEndpoints
{
    private const string Path = "/admin/settings";

    public static void MapSettings(this IEndpointRouteBuilder operators)
    {
        operators.MapGet("/settings", ShowAsync);
        operators.MapPost("/settings/gitlab", CheckAsync);
    }

    // The finding is kept, so that a reload asks nothing; no audit, for nothing is changed.
    private static async Task<IResult> CheckAsync(HttpContext context, IServiceProvider services)
    {
        if (services.GetService<GitLabCheck>() is { } check)
            await check.AskAsync(context.RequestAborted);
        return PortalPage.GoTo(Path + "#login");
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, BrokerOptions options, AccessFiles files, PortalSite site, ManagementAddress management, IEnumerable<IReadinessCheck> checks, TimeProvider time, IServiceProvider services)
    {
        var told = new List<SettingsCheck>();
        foreach (var check in checks)
        {
            var readiness = await check.CheckAsync(context.RequestAborted);
            told.Add(new SettingsCheck(check is DrainReadiness ? "new requests" : check.Name, readiness.IsReady, readiness.Reason));
        }

        return PortalPage.Of<SettingsPage, SettingsModel>(context, new SettingsModel(
            BrokerFacts.Of(options, site.UrlOf(context.Request), management, time),
            told,
            BrokerFacts.FilesOf(options.Data, files),
            LoginFacts.Of(options.Portal, site.UrlOf(context.Request)),
            [.. options.InForce.Select(Row)])
        {
            UsesGitLab = options.Portal.UsesGitLab,
            GitLab = services.GetService<GitLabCheck>()?.Last,
        });
    }

    private static SettingRow Row(SettingInForce setting) => new(setting.Name, setting.Variable, setting.Description, setting.Value, setting.Source switch
    {
        SettingSource.CommandLine => "command line",
        SettingSource.Environment => "environment",
        SettingSource.DotEnv => ".env",
        _ => "default",
    }, setting.Source == SettingSource.Default);
}
