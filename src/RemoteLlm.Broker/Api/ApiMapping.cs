using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using RemoteLlm.Broker.OpenApi;
using RemoteLlm.Hosting.Edge;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Broker.Api;

/// <summary>The public API's table of contents: what every edge has, and the broker's description of itself.</summary>
internal static class ApiMapping
{
    public static void MapApi(this WebApplication app)
    {
        var description = app.Services.GetRequiredService<DescriptionHandler>();
        app.MapGet(BrokerEndpoints.Document.Path, description.DocumentAsync);
        app.MapGet(BrokerEndpoints.Docs.Path, description.PageAsync);

        app.MapEdge(app.Services.GetRequiredService<RelayHandler>().HandleAsync, UnreadBody.DiscardAsync);
    }
}
