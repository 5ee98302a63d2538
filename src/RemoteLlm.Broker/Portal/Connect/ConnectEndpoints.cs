using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RemoteLlm.Broker.Portal.Frame;
using RemoteLlm.Broker.Portal.Signin;
using RemoteLlm.Broker.Routing;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Broker.Portal.Connect;

/// <summary>What to put where in a client.</summary>
internal static class ConnectEndpoints
{
    public static void MapConnect(this IEndpointRouteBuilder users) => users.MapGet(ConnectModel.Path, Show);

    private static IResult Show(HttpContext context, PortalSite site, ModelRouter router)
    {
        var (asked, user) = (context.Request.Query, Viewer.Of(context)!.User);
        // Of what a model can do, some servers say nothing: then it is offered.
        var models = router.Visible(user.Models).Where(static model => model.Capabilities?.HasFlag(ModelCapabilities.Chat) ?? true).ToList();
        var model = models.Find(model => model.Id == asked["model"]) ?? models.Find(static model => model.Capabilities?.HasFlag(ModelCapabilities.Tools) ?? false) ?? models.FirstOrDefault();
        var guides = ClientGuides.All(new GuideValues(site.UrlOf(context.Request), model?.Id ?? ConnectModel.NoModel));
        return PortalPage.Of<ConnectPage, ConnectModel>(context, new ConnectModel(
            site.BaseUrlOf(context.Request),
            user.Keys.Count > 0,
            models.ConvertAll(static model => model.Id),
            model?.Id,
            model?.Capabilities?.HasFlag(ModelCapabilities.Tools) is false,
            [.. guides.Select(guide => (guide.Code, guide.Name))],
            guides.FirstOrDefault(guide => guide.Code == asked["client"]) ?? guides[0]));
    }
}
