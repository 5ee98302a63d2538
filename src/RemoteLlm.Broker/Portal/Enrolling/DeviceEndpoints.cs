using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using RemoteLlm.Broker.Access.Connectors;
using RemoteLlm.Protocol.Enrolment;

namespace RemoteLlm.Broker.Portal.Enrolling;

/// <summary>
/// The connector's side of an enrolment (RFC 8628). Open to everybody, and without cookies: what protects it is that an operator has to look at each and approve it. Not pages of the portal: a
/// connector may know the broker under another address than people do.
/// </summary>
internal static class DeviceEndpoints
{
    private const int MaxForm = 4 * 1024;
    private const int LongestText = 64;

    public static void MapDevices(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(DeviceFlow.AuthorizationPath, BeginAsync);
        routes.MapPost(DeviceFlow.TokenPath, TokenAsync);
    }

    private static async Task<IResult> BeginAsync(HttpContext context, Enrolments enrolments, EnrolmentThrottle throttle, PortalSite site)
    {
        if (throttle.Refuse(context.Connection.RemoteIpAddress, EnrolmentThrottle.Codes) is { } wait)
            return Later(context, wait, "too many codes were asked for from this address");
        if (await FormAsync(context) is not { } form)
            return Refuse("invalid_request", "a form of a few fields is expected here");
        var name = form["name"].ToString().Trim();
        if (!ConnectorName.IsWellFormed(name))
            return Refuse("invalid_request", ConnectorName.Rule + ".");
        if (enrolments.Begin(name, Text(form["software"]), Text(form["machine"]), context.Connection.RemoteIpAddress, out var deviceCode) is not { } made)
            return Later(context, Enrolments.Lifetime, "too many connectors wait for approval already; have an operator decide about them");
        var page = site.UrlOf(context.Request) + EnrolPath.Page;
        return Results.Json(new DeviceAuthorization(
            deviceCode, made.Code, page, $"{page}?code={made.Code}", (int)Enrolments.Lifetime.TotalSeconds, (int)Enrolments.Interval.TotalSeconds));
    }

    private static async Task<IResult> TokenAsync(HttpContext context, Enrolments enrolments, EnrolmentThrottle throttle, ConnectorTokens tokens)
    {
        if (throttle.Refuse(context.Connection.RemoteIpAddress, EnrolmentThrottle.Tokens) is { } wait)
            return Later(context, wait, "too many questions from this address");
        if (await FormAsync(context) is not { } form || form["device_code"].ToString() is not { Length: > 0 and <= 256 } deviceCode)
            return Refuse("invalid_request", "device_code is missing");
        if (form["grant_type"] != DeviceFlow.GrantType)
            return Refuse("unsupported_grant_type", $"grant_type is {DeviceFlow.GrantType}");
        var (error, approved) = enrolments.Poll(deviceCode);
        if (approved is not null)
            return await tokens.MakeAsync(context, approved, deviceCode) is { } made ? Token(made) : Refuse(DeviceFlow.AuthorizationPending, null);
        return error == DeviceFlow.ExpiredToken && await tokens.AgainAsync(context, deviceCode) is { } again ? Token(again) : Refuse(error!, null);
    }

    private static IResult Token(HandedToken handed) => Results.Json(new DeviceToken(handed.Token, "Bearer", handed.Name));

    private static async Task<IFormCollection?> FormAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MaxForm;
        if (!context.Request.HasFormContentType)
            return null;
        try
        {
            return await context.Request.ReadFormAsync(context.RequestAborted);
        }
        catch (Exception exception) when (exception is InvalidDataException or BadHttpRequestException or NotSupportedException)
        {
            return null;
        }
    }

    // An operator judges by it: nothing that is unseen, or that turns the letters around it.
    private static string Text(string? text) =>
        text is { Length: > 0 and <= LongestText } && !text.Any(static c => char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            ? text
            : "not said";

    private static IResult Refuse(string error, string? description) => Results.Json(new DeviceRefusal(error, description), statusCode: StatusCodes.Status400BadRequest);

    private static IResult Later(HttpContext context, TimeSpan wait, string description)
    {
        context.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return Results.Json(new DeviceRefusal(DeviceFlow.SlowDown, description), statusCode: StatusCodes.Status429TooManyRequests);
    }
}
