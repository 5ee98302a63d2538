using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Portal.Frame;

namespace RemoteLlm.Broker.Portal.Operators.Connectors;

/// <summary>The connectors, and how one is revoked.</summary>
internal static class ConnectorsEndpoints
{
    private const string Path = "/admin/connectors";

    public static void MapConnectors(this IEndpointRouteBuilder operators)
    {
        operators.MapGet("/connectors", (HttpContext context, ConnectorPages pages) => pages.Show(context));
        operators.MapPost("/connectors/revoke", RevokeAsync);
    }

    // Who follows the file ends its sessions the moment it has changed.
    private static async Task<IResult> RevokeAsync(HttpContext context, AccessFiles files, ConnectorPages pages, PortalEdits edits)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var name = form["name"].ToString();
        if (files.Connectors.FindName(name) is null)
            return pages.Show(context, StatusCodes.Status409Conflict, "There is no such connector any more: somebody has revoked it already.");
        var outcome = await edits.ConnectorsAsync(context, "connector.revoked", name, connectors => connectors.Remove(name, CancellationToken.None));
        return outcome.IsDone
            ? PortalPage.GoTo(Notice.On(Path, "connector-revoked"))
            : pages.Show(context, EditAnswers.Code(outcome), EditAnswers.Sentence(outcome));
    }
}
