using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RemoteLlm.Broker.Connectors;
using RemoteLlm.Broker.Portal.Frame;
using RemoteLlm.Broker.Portal.Signin;

namespace RemoteLlm.Broker.Portal.Models;

/// <summary>The models and how they stand.</summary>
internal static class ModelsEndpoints
{
    public static void MapModels(this IEndpointRouteBuilder users) => users.MapGet(ModelsModel.Path, Show);

    private static IResult Show(HttpContext context, SessionRegistry registry)
    {
        var viewer = Viewer.Of(context)!;
        var search = ModelSearch.Cleaned(context.Request.Query["q"].ToString());
        var rows = ModelStandings.Of(registry, viewer.User.Models, out var hidden);
        var sessions = registry.All.Where(static session => !session.Superseded).ToList();
        return PortalPage.Of<ModelsPage, ModelsModel>(context, new ModelsModel(
            ModelSearch.Find(rows, search),
            sessions.Select(static session => session.ConnectorId).Distinct(StringComparer.Ordinal).Count(),
            viewer.IsOperator,
            hidden,
            [.. sessions.Where(static session => session.Inventory.Problem is not null).Select(static session => (session.ConnectorId, session.Inventory.Problem!)).DistinctBy(static one => one.ConnectorId)])
        {
            Search = search,
            Total = rows.Count,
        });
    }
}
