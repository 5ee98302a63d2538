using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Connector.Scheduling;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Protocol.Dialects.Requests;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Connector.Relay;

/// <summary>A request in the form in which it goes to the LLM server: a constant path, filtered headers, the server's own credential, and the body with our edits.</summary>
internal static class ServerRequest
{
    /// <summary>The client's own body.</summary>
    public static HttpRequestMessage Create(HttpContext context, HeldBody body, Exchange exchange, ServerRoute route) =>
        Create(context, exchange.Endpoint.Path, Content(body, exchange, route), exchange, route);

    /// <summary>A body of ours in its place.</summary>
    public static HttpRequestMessage Create(HttpContext context, string path, HttpContent content, Exchange exchange, ServerRoute route)
    {
        var request = new HttpRequestMessage(new HttpMethod(exchange.Endpoint.Method), route.Server.Entry.Address.Endpoint(path)) { Content = content };
        ForwardHeaders.CopyRequest(context.Request.Headers, request, ServerHeaders.DropRequest);
        // What was scanned as JSON is read as JSON: by another type, or another charset, a server could find another model in the same bytes.
        if (exchange.Endpoint.Request == RequestFormat.Json)
            content.Headers.ContentType = new MediaTypeHeaderValue(ApiErrorWriter.ContentType);
        route.Server.Authorize(request);
        return request;
    }

    /// <summary>Whether the model's name there can be written into the body: a form has no way to write some.</summary>
    public static bool CanName(Exchange exchange, ServerRoute route) => route.Model is null || route.Model == exchange.Model || exchange.Scan!.ModelEdits(route.Model) is not null;

    private static HttpContent Content(HeldBody body, Exchange exchange, ServerRoute route)
    {
        if (exchange.Scan is not { } scan)
            return body.CreateContent();
        var (server, json) = (route.Server, scan as RequestScanner);
        var members = server.Members.For(exchange.Endpoint);
        var edits = RequestEdits.Combine(
            scan,
            [
                .. route.Model is { } model && model != exchange.Model ? scan.ModelEdits(model)!.Cast<RequestEdit?>() : [],
                .. json is not null && members.Names.Count > 0 ? members.Edits(json).Cast<RequestEdit?>() : [],
                server.Habits.TakesUsageRequest ? exchange.UsageRequest : null,
                server.RemovesBillingBlock ? exchange.BillingBlock : null,
            ]);
        return body.CreateContent([.. edits.Select(static edit => new BodyEdit(edit.At, edit.Remove, edit.Insert))]);
    }
}
