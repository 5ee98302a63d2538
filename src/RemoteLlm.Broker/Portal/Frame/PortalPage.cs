using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using RemoteLlm.Broker.Portal.Signin;

namespace RemoteLlm.Broker.Portal.Frame;

/// <summary>Makes answers of pages.</summary>
internal static class PortalPage
{
    /// <summary>A page.</summary>
    /// <param name="context">The request.</param>
    /// <param name="model">What the page shows.</param>
    /// <param name="status">The answer's status.</param>
    /// <param name="problem">Why what was asked was not done; null for nothing.</param>
    public static IResult Of<TPage, TModel>(HttpContext context, TModel model, int status = StatusCodes.Status200OK, string? problem = null)
        where TPage : Page<TModel>
    {
        var frame = FrameOf(context, problem);
        return new RazorComponentResult<TPage>(new Dictionary<string, object?>(StringComparer.Ordinal) { [nameof(Page<>.Frame)] = frame, [nameof(Page<>.Model)] = model })
        {
            StatusCode = status,
            PreventStreamingRendering = true,
        };
    }

    /// <summary>To another page, after a form: a reload does not send it again.</summary>
    public static IResult GoTo(string path) => Results.Redirect(path, permanent: false, preserveMethod: false);

    private static PageFrame FrameOf(HttpContext context, string? problem) => new(
        Viewer.Of(context),
        context.Request.Path.Value ?? "/",
        context.RequestServices.GetRequiredService<PortalSite>().UrlOf(context.Request),
        Notice.Find(context.Request.Query[Notice.Field].ToString()),
        problem);
}
