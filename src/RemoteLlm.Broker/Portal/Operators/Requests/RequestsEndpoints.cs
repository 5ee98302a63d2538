using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RemoteLlm.Broker.Observability.Requests;
using RemoteLlm.Broker.Portal.Audit;
using RemoteLlm.Broker.Portal.Frame;
using RemoteLlm.Broker.Portal.Signin;

namespace RemoteLlm.Broker.Portal.Operators.Requests;

/// <summary>The requests that run and those that ran, and how one is cancelled.</summary>
internal static class RequestsEndpoints
{
    private const string Path = "/admin/requests";

    public static void MapRequests(this IEndpointRouteBuilder operators)
    {
        operators.MapGet("/requests", (HttpContext context, LiveRequests requests) => Page(context, requests));
        operators.MapPost("/requests/cancel", CancelAsync);
    }

    private static IResult Page(HttpContext context, LiveRequests requests, int status = StatusCodes.Status200OK, string? problem = null) =>
        PortalPage.Of<RequestsPage, RequestsModel>(context, RequestRows.Model(requests, RequestFilter.Of(context.Request.Query)), status, problem);

    private static async Task<IResult> CancelAsync(HttpContext context, LiveRequests requests, AuditLog audit)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (requests.Cancel(form["id"].ToString()) is not { } cancelled)
            return Page(context, requests, StatusCodes.Status409Conflict, "That request is over already.");
        audit.Write(new AuditEntry(
            Viewer.Of(context)!.User.Name, "request.cancelled", cancelled.User, $"{cancelled.Id} for {cancelled.Model ?? "no model yet"}", context.Connection.RemoteIpAddress?.ToString()));
        return PortalPage.GoTo(Notice.On(Path + RequestFilter.Of(context.Request.Query).Query, "request-cancelled"));
    }
}
