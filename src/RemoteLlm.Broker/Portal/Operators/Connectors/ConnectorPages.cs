using Microsoft.AspNetCore.Http;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Connectors;
using RemoteLlm.Broker.Portal.Enrolling;
using RemoteLlm.Broker.Portal.Frame;

namespace RemoteLlm.Broker.Portal.Operators.Connectors;

/// <summary>Makes the page of connectors.</summary>
internal sealed class ConnectorPages(AccessFiles files, SessionRegistry registry, Enrolments enrolments, HandedTokens handed, PortalSite site)
{
    /// <summary>The page as things stand now.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">The answer's status.</param>
    /// <param name="problem">Why what was asked was not done; null for nothing.</param>
    public IResult Show(HttpContext context, int status = StatusCodes.Status200OK, string? problem = null) => PortalPage.Of<ConnectorsPage, ConnectorsModel>(
        context, new ConnectorsModel(enrolments.Pending, ConnectorCards.Of(files.Connectors, registry, handed), $"remotellm connector enroll {site.UrlOf(context.Request)}"), status, problem);
}
