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

    private static HttpContent Content(HeldBody body, Exchange exchange, ServerRoute route)
    {
        var edits = new List<BodyEdit>(capacity: 2);
        if (route.Server.Habits.TakesUsageRequest)
            Add(exchange.UsageRequest);
        if (route.Server.RemovesBillingBlock)
            Add(exchange.BillingBlock);
        edits.Sort(static (a, b) => a.At.CompareTo(b.At));
        return body.CreateContent(edits);

        void Add(RequestEdit? edit)
        {
            if (edit is { } change)
                edits.Add(new BodyEdit(change.At, change.Remove, change.Insert));
        }
    }
}
