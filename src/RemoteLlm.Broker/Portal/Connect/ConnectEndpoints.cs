using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RemoteLlm.Broker.Connectors;
using RemoteLlm.Broker.Portal.Frame;
using RemoteLlm.Broker.Portal.Signin;
using RemoteLlm.Broker.Routing;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Broker.Portal.Connect;

/// <summary>What to put where in a client.</summary>
internal static class ConnectEndpoints
{
    public static void MapConnect(this IEndpointRouteBuilder users) => users.MapGet(ConnectModel.Path, Show);

    private static IResult Show(HttpContext context, PortalSite site, ModelRouter router, SessionRegistry sessions)
    {
        var (asked, user) = (context.Request.Query, Viewer.Of(context)!.User);
        // Of what a model can do, some servers say nothing: then it is offered.
        var models = router.Visible(user.Models).Where(static model => model.Capabilities?.HasFlag(ModelCapabilities.Chat) ?? true).ToList();
        var model = models.Find(model => model.Id == asked["model"]) ?? models.Find(static model => model.Capabilities?.HasFlag(ModelCapabilities.Tools) ?? false) ?? models.FirstOrDefault();
        // Where it is served with several, the smallest context is what every request may rely on, and one server without a dialect is enough to miss it.
        var served = sessions.Routable().Where(static session => !session.Inventory.Paused).SelectMany(static session => session.Models).Where(one => one.Id == model?.Id).ToList();
        var guides = ClientGuides.All(new GuideValues(site.UrlOf(context.Request), model?.Id ?? ConnectModel.NoModel)
        {
            ContextLength = served.Min(static one => one.ContextLength),
            CallsTools = model?.Capabilities?.HasFlag(ModelCapabilities.Tools) is true,
        });
        return PortalPage.Of<ConnectPage, ConnectModel>(context, new ConnectModel(
            site.BaseUrlOf(context.Request),
            user.Keys.Count > 0,
            models.ConvertAll(static model => model.Id),
            model?.Id,
            model?.Capabilities?.HasFlag(ModelCapabilities.Tools) is false,
            served.Exists(static one => one.Ollama is null),
            [.. guides.Select(guide => (guide.Code, guide.Name))],
            guides.FirstOrDefault(guide => guide.Code == asked["client"]) ?? guides[0]));
    }
}
