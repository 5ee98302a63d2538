using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using RemoteLlm.Broker.Portal.Frame;

namespace RemoteLlm.Broker.Portal.Security;

/// <summary>Lets a form or a script's POST through only with the token that our own page carries.</summary>
internal static class FormGuard
{
    /// <summary>Largest form, bytes. Ours have a few fields.</summary>
    public const int MaxForm = 64 * 1024;

    public static async ValueTask<object?> CheckAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        var context = call.HttpContext;
        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
            return await next(call);
        // Scripts send the token as a header. Where the body may be large it is no form, and is not read as one.
        if (context.GetEndpoint()?.Metadata.GetMetadata<LargeBody>() is not null && context.Request.HasFormContentType)
            return PortalPage.Of<MessagePage, Message>(context, Message.BrokenForm, StatusCodes.Status400BadRequest);
        var antiforgery = context.RequestServices.GetRequiredService<IAntiforgery>();
        try
        {
            await antiforgery.ValidateRequestAsync(context);
        }
        catch (Exception exception) when (exception is AntiforgeryValidationException or InvalidDataException or BadHttpRequestException or NotSupportedException)
        {
            // A form that cannot be read comes as a token that cannot; one in UTF-7, which .NET refuses to read, as what it is.
            return ((exception as AntiforgeryValidationException)?.InnerException ?? exception) switch
            {
                BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => PortalPage.Of<MessagePage, Message>(context, Message.FormTooLarge, StatusCodes.Status413PayloadTooLarge),
                InvalidDataException or BadHttpRequestException or NotSupportedException => PortalPage.Of<MessagePage, Message>(context, Message.BrokenForm, StatusCodes.Status400BadRequest),
                _ => PortalPage.Of<MessagePage, Message>(context, Message.StaleForm, StatusCodes.Status400BadRequest),
            };
        }

        return await next(call);
    }
}
