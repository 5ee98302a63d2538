using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Portal.Frame;
using RemoteLlm.Broker.Usage.Spending;

namespace RemoteLlm.Broker.Portal.Operators.Users;

/// <summary>The operators' pages of users.</summary>
internal static class UsersEndpoints
{
    public const string Path = "/admin/users";

    public static void MapUsers(this IEndpointRouteBuilder operators)
    {
        operators.MapGet("/users", List);
        operators.MapGet("/users/{name}", (HttpContext context, string name, UserPages pages) => pages.Show(context, name));
        operators.MapPost("/users/{name}", (HttpContext context, string name, UserActions actions) => actions.DoAsync(context, name));
    }

    /// <summary>The address of a user's page.</summary>
    public static string PathOf(string name) => $"{Path}/{Uri.EscapeDataString(name)}";

    private static IResult List(HttpContext context, AccessFiles files, UsageTotals totals, TimeProvider time)
    {
        var query = context.Request.Query;
        _ = int.TryParse(query["page"], NumberStyles.None, CultureInfo.InvariantCulture, out var page);
        return PortalPage.Of<UsersPage, UsersModel>(
            context, UserListing.Of(files.Users, totals, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime), query["q"].ToString(), query["show"].ToString(), page) with { FileError = files.UsersError });
    }
}
