using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Access.Connectors;
using RemoteLlm.Broker.Portal.Audit;
using RemoteLlm.Broker.Portal.Frame;
using RemoteLlm.Broker.Portal.Signin;

namespace RemoteLlm.Broker.Portal.Enrolling;

/// <summary>The operator's side of an enrolment.</summary>
internal static class EnrolEndpoints
{
    private const string ConnectorsPath = "/admin/connectors";

    public static void MapEnrol(this IEndpointRouteBuilder operators)
    {
        operators.MapGet(EnrolPath.Page, (HttpContext context, Enrolments enrolments) =>
        {
            var code = context.Request.Query["code"].ToString();
            return Page(context, code, UserCode.Read(code) is { } read ? enrolments.Find(read) : null);
        });
        operators.MapPost(EnrolPath.Approve, ApproveAsync);
        operators.MapPost(EnrolPath.Deny, DenyAsync);
    }

    private static IResult Page(HttpContext context, string code, Enrolment? enrolment, string? name = null, int status = StatusCodes.Status200OK, string? problem = null) =>
        PortalPage.Of<EnrolPage, EnrolModel>(context, new EnrolModel(code.Length <= 32 ? code : "", enrolment, name ?? enrolment?.Name ?? ""), status, problem);

    private static async Task<IResult> ApproveAsync(HttpContext context, Enrolments enrolments, AccessFiles files, AuditLog audit)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (code, name) = (form["code"].ToString(), form["name"].ToString().Trim());
        if (UserCode.Read(code) is not { } read || enrolments.Find(read) is not { } enrolment)
            return Gone(context, code);
        // The button was pressed twice: what it asks for is done.
        if (enrolment is { State: EnrolmentState.Approved or EnrolmentState.Fetched } && enrolment.Name == name && enrolment.DecidedBy == Viewer.Of(context)!.User.Name)
            return PortalPage.GoTo(Notice.On(ConnectorsPath, "connector-approved"));
        if (enrolment.State != EnrolmentState.Pending)
            return Gone(context, code);
        var problem = !ConnectorName.IsWellFormed(name) ? ConnectorName.Rule + "."
            : files.Connectors.FindName(name) is not null || enrolments.IsPromised(name) ? $"There is a connector {name} already: choose another name, or revoke that one first."
            : null;
        if (problem is not null)
            return Page(context, code, enrolment, name, StatusCodes.Status409Conflict, problem);
        if (enrolments.Decide(read, EnrolmentState.Approved, name, Viewer.Of(context)!.User.Name) is null)
            return Gone(context, code);
        Write(context, audit, "connector.approved", enrolment, name);
        return PortalPage.GoTo(Notice.On(ConnectorsPath, "connector-approved"));
    }

    private static async Task<IResult> DenyAsync(HttpContext context, Enrolments enrolments, AuditLog audit)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var code = form["code"].ToString();
        if (UserCode.Read(code) is not { } read || enrolments.Find(read) is not { } enrolment || enrolments.Decide(read, EnrolmentState.Denied, enrolment.Name, Viewer.Of(context)!.User.Name) is null)
            return Gone(context, code);
        Write(context, audit, "connector.denied", enrolment, enrolment.Name);
        return PortalPage.GoTo(Notice.On(ConnectorsPath, "connector-denied"));
    }

    private static IResult Gone(HttpContext context, string code) =>
        Page(context, code, null, status: StatusCodes.Status409Conflict, problem: "That connector has been decided about already, or its code has expired.");

    private static void Write(HttpContext context, AuditLog audit, string action, Enrolment enrolment, string name) => audit.Write(new AuditEntry(
        Viewer.Of(context)!.User.Name, action, name, $"code {enrolment.Code}, asked from {enrolment.Address} as {enrolment.Name}", context.Connection.RemoteIpAddress?.ToString()));
}
