using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Portal.Audit;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Portal.Enrolling;

/// <summary>Makes the tokens of connectors that were approved, hands them over again, and takes them back.</summary>
internal sealed partial class ConnectorTokens(Enrolments enrolments, HandedTokens handed, PortalEdits edits, AccessFiles files, AuditLog audit, ILogger<ConnectorTokens> logger)
{
    /// <summary>Makes one, of which the file has the hash: in force before it is handed over. Null where it could not be listed, which an operator is told.</summary>
    /// <param name="context">The connector's question.</param>
    /// <param name="approved">Whose.</param>
    /// <param name="deviceCode">By what it asks.</param>
    public async Task<HandedToken?> MakeAsync(HttpContext context, Enrolment approved, string deviceCode)
    {
        var made = new HandedToken(approved.Name, ConnectorToken.Generate());
        var isListed = false;
        try
        {
            // Whether or not the one who asked still waits, what is written is told in full.
            var outcome = await edits.ConnectorsAsync(
                context, "connector.enrolled", made.Name, connectors => connectors.Add(made.Name, made.Token, CancellationToken.None), $"code {approved.Code}, fetched by the connector", approved.DecidedBy);
            isListed = outcome.IsDone;
        }
        finally
        {
            // First the one that is asked second: whoever asks in between hears that there is none yet.
            if (isListed)
            {
                handed.Add(made, deviceCode, context.Connection.RemoteIpAddress);
                enrolments.Fetched(approved.Code);
            }
            else
            {
                enrolments.Reopen(approved.Code, $"It could not be listed as {approved.Name}. Choose another name, or see that connectors.yaml can be written.");
            }
        }

        return isListed ? made : null;
    }

    /// <summary>The token that was handed over for a device code, for one whose answer was lost. Null where there is none, or no longer.</summary>
    public async Task<HandedToken?> AgainAsync(HttpContext context, string deviceCode)
    {
        var address = context.Connection.RemoteIpAddress;
        if (handed.Again(deviceCode, address, out var isElsewhere) is not { } token)
            return null;
        if (!isElsewhere)
        {
            FetchedAgain(logger, token.Name, address?.ToString());
            audit.Write(new AuditEntry("-", "connector.fetched-again", token.Name, "the token, before the connector has connected", address?.ToString()));
            return token;
        }

        FetchedElsewhere(logger, token.Name, address?.ToString());
        // Whoever has listed another of that name meanwhile keeps it.
        if (files.Connectors.TryFind(ConnectorToken.Hash(token.Token), out var listed))
            await edits.ConnectorsAsync(context, "connector.revoked", listed.Name, connectors => connectors.Remove(listed.Name, CancellationToken.None), "its token was fetched again from another address");
        return null;
    }

    [LoggerMessage(1, LogLevel.Information, "Connector token fetched again {Connector} {Address}")]
    private static partial void FetchedAgain(ILogger logger, string connector, string? address);

    [LoggerMessage(2, LogLevel.Warning, "Connector token fetched from another address and taken back {Connector} {Address}")]
    private static partial void FetchedElsewhere(ILogger logger, string connector, string? address);
}
