using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RemoteLlm.Broker.Portal.Frame;

namespace RemoteLlm.Broker.Portal.Security;

/// <summary>What a browser sees where there is nothing for it. Clients of the API, which ask for no HTML, are told of it in JSON.</summary>
internal static class LostPages
{
    /// <summary>Whether a browser asks for a path with nothing at it.</summary>
    public static bool IsLost(HttpContext context) => IsBrowser(context.Request) && IsUnserved(context) && !IsApi(context.Request.Path);

    /// <summary>Whether a browser asks for the start page of a portal that is off.</summary>
    public static bool IsStart(HttpContext context) => IsBrowser(context.Request) && context.Request.Path == "/";

    /// <summary>The page that says that there is nothing.</summary>
    public static Task NotFoundAsync(HttpContext context) => PortalPage.Of<MessagePage, Message>(context, Message.NotFound, StatusCodes.Status404NotFound).ExecuteAsync(context);

    /// <summary>The start page of a portal that is off, which has none of the services that other pages need.</summary>
    public static async Task<string> RenderOffAsync(ILoggerFactory loggers)
    {
        await using var none = new ServiceCollection().BuildServiceProvider();
        await using var renderer = new HtmlRenderer(none, loggers);
        var parameters = Microsoft.AspNetCore.Components.ParameterView.FromDictionary(
            new Dictionary<string, object?>(StringComparer.Ordinal) { [nameof(Page<>.Frame)] = new PageFrame(null, "/", ""), [nameof(Page<>.Model)] = Message.PortalOff });
        return await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<MessagePage>(parameters)).ToHtmlString());
    }

    private static bool IsBrowser(HttpRequest request) => HttpMethods.IsGet(request.Method) && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    // Nothing but the API's refusal of all else is so late in the order.
    private static bool IsUnserved(HttpContext context) => context.GetEndpoint() is null or RouteEndpoint { Order: int.MaxValue };

    private static bool IsApi(PathString path) => path.StartsWithSegments("/v1") || path.StartsWithSegments("/api") || path.StartsWithSegments("/_remotellm");
}
