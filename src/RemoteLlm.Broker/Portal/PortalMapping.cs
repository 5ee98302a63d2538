using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using RemoteLlm.Broker.Portal.Assets;
using RemoteLlm.Broker.Portal.Chat;
using RemoteLlm.Broker.Portal.Connect;
using RemoteLlm.Broker.Portal.Enrolling;
using RemoteLlm.Broker.Portal.Home;
using RemoteLlm.Broker.Portal.Keys;
using RemoteLlm.Broker.Portal.Live;
using RemoteLlm.Broker.Portal.Models;
using RemoteLlm.Broker.Portal.Operators.Users;
using RemoteLlm.Broker.Portal.Operators.Connectors;
using RemoteLlm.Broker.Portal.Operators.Requests;
using RemoteLlm.Broker.Portal.Operators.Settings;
using RemoteLlm.Broker.Portal.Security;
using RemoteLlm.Broker.Portal.Signin;
using RemoteLlm.Broker.Portal.Signin.Welcome;
using RemoteLlm.Broker.Portal.Usage;

namespace RemoteLlm.Broker.Portal;

/// <summary>The portal's table of contents.</summary>
internal static class PortalMapping
{
    public static void MapPortal(this WebApplication app)
    {
        app.MapAssets();
        if (!app.Services.GetRequiredService<PortalOptions>().IsOn)
            return;
        app.MapLive();
        app.MapPortalRelay();

        var anyone = app.MapGroup("").WithMetadata(PortalMark.Instance).AddEndpointFilter(FormGuard.CheckAsync);
        anyone.MapSignin();

        var users = anyone.MapGroup("").AddEndpointFilter(PortalAccess.UsersAsync);
        users.MapChat();
        users.MapKeys();
        users.MapGroup("").AddEndpointFilter(WelcomeEndpoints.FirstAsync).MapHome();
        users.MapConnect();
        users.MapModels();
        users.MapUsage();

        var operators = anyone.MapGroup("/admin").AddEndpointFilter(PortalAccess.OperatorsAsync);
        operators.MapConnectors();
        operators.MapRequests();
        operators.MapSettings();
        operators.MapUsers();

        anyone.MapGroup("").AddEndpointFilter(PortalAccess.OperatorsAsync).MapEnrol();
        app.MapDevices();
    }
}
