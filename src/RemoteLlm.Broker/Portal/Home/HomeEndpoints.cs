using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RemoteLlm.Broker.Portal.Frame;

namespace RemoteLlm.Broker.Portal.Home;

/// <summary>The first page after the login.</summary>
internal static class HomeEndpoints
{
    public static void MapHome(this IEndpointRouteBuilder users) =>
        users.MapGet("/", (HttpContext context, PortalSite site) => PortalPage.Of<HomePage, HomeModel>(context, new HomeModel(site.BaseUrlOf(context.Request))));
}
