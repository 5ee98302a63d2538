using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Portal.Frame;
using RemoteLlm.Broker.Portal.Security;
using RemoteLlm.Broker.Portal.Signin;
using RemoteLlm.Broker.Usage.History;
using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Broker.Portal.Keys;

/// <summary>A user's own keys.</summary>
internal static class KeysEndpoints
{
    public const string Path = "/keys";

    public static void MapKeys(this IEndpointRouteBuilder users)
    {
        users.MapGet(Path, (HttpContext context, KeyHistory history, TimeProvider time) => List(context, history, time));
        users.MapPost(Path, MakeAsync).RequireRateLimiting(PortalLimits.KeyMaking);
        users.MapGet(Path + "/{id}", (HttpContext context, string id, KeyHistory history, TimeProvider time) => One(context, id, history, time));
        users.MapPost(Path + "/{id}", ChangeAsync).RequireRateLimiting(PortalLimits.KeyMaking);
    }

    private static async Task<IResult> MakeAsync(HttpContext context, KeyMaking making, KeyForms forms, KeyHistory history, TimeProvider time)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (viewer, name, lifetime) = (Viewer.Of(context)!, form["name"].ToString().Trim(), form["lifetime"].ToString());
        if (name.Length > 0 && !KeyName.IsWellFormed(name))
            return List(context, history, time, KeyName.Rule, name, lifetime);
        if (LifetimeOf(lifetime) is not { } days)
            return List(context, history, time, "Choose one of the lifetimes.", name);
        var made = await forms.OnceAsync(viewer.Session, form["form_id"].ToString(), () => making.MakeAsync(context, viewer.User, name, days));
        return made switch
        {
            null => SentBefore(context),
            { Page: { } page } => PortalPage.Of<NewKeyPage, NewKeyModel>(context, page),
            _ => List(context, history, time, made.Outcome.Message, name, lifetime, EditAnswers.Code(made.Outcome)),
        };
    }

    private static async Task<IResult> ChangeAsync(HttpContext context, string id, KeyMaking making, KeyForms forms, PortalEdits edits, KeyHistory history, TimeProvider time)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var viewer = Viewer.Of(context)!;
        var asked = form["do"].ToString();
        // A second click finds the old key gone, and must still be shown the new one.
        if (asked == "rotate" && OverlapOf(form["overlap"].ToString()) is { } overlap && LifetimeOf(form["lifetime"].ToString()) is { } days)
        {
            var made = await forms.OnceAsync(viewer.Session, form["form_id"].ToString(), () => making.RotateAsync(context, viewer.User, id, overlap, days));
            return made switch
            {
                null => SentBefore(context),
                { Page: { } page } => PortalPage.Of<NewKeyPage, NewKeyModel>(context, page),
                _ => One(context, id, history, time, made.Outcome.Message, code: EditAnswers.Code(made.Outcome)),
            };
        }

        if (KeyId.Find(viewer.User, id) is not { } key)
            return Gone(context);
        if (!key.IsListed)
            return One(context, id, history, time, KeyMaking.OfEnvironment);
        var target = $"{viewer.User.Name}/{key.Name}";
        switch (asked)
        {
            case "revoke":
                var revoked = await edits.UsersAsync(context, "key.revoked", target, users => users.RevokeKey(viewer.User.Name, key.Digest, CancellationToken.None), key.Prefix);
                return revoked.IsDone || revoked.Status == EditStatus.NotFound ? PortalPage.GoTo(Notice.On(Path, "key-revoked")) : One(context, id, history, time, EditAnswers.Sentence(revoked), code: EditAnswers.Code(revoked));
            case "rename":
                var name = form["name"].ToString().Trim();
                if (!KeyName.IsWellFormed(name))
                    return One(context, id, history, time, KeyName.Rule, name);
                var renamed = await edits.UsersAsync(context, "key.renamed", target, users => users.RenameKey(viewer.User.Name, key.Digest, name, CancellationToken.None), $"to {name}");
                return renamed.IsDone ? PortalPage.GoTo(Notice.On($"{Path}/{id}", "key-renamed")) : One(context, id, history, time, EditAnswers.Sentence(renamed, "You have a key of that name already; choose another."), name, EditAnswers.Code(renamed));
            default:
                return One(context, id, history, time, "That form asks for nothing that can be done with a key.");
        }
    }

    private static IResult List(HttpContext context, KeyHistory history, TimeProvider time, string? problem = null, string? name = null, string lifetime = "", int code = StatusCodes.Status400BadRequest)
    {
        var now = time.GetUtcNow();
        var keys = Viewer.Of(context)!.User.Keys.Select(key => KeyRow.Of(key, history, now)).OrderByDescending(key => key.Standing == KeyStanding.Admitted).ThenByDescending(key => key.CreatedAt).ToList();
        return PortalPage.Of<KeysPage, KeysModel>(context, new KeysModel(keys, KeyForms.NewId(), name, lifetime), problem is null ? StatusCodes.Status200OK : code, problem);
    }

    private static IResult One(HttpContext context, string id, KeyHistory history, TimeProvider time, string? problem = null, string? name = null, int code = StatusCodes.Status400BadRequest)
    {
        if (KeyId.Find(Viewer.Of(context)!.User, id) is not { } key)
            return Gone(context);
        var row = KeyRow.Of(key, history, time.GetUtcNow());
        return PortalPage.Of<KeyPage, KeyModel>(
            context, new KeyModel(row, KeyForms.NewId(), name ?? key.Name, KeysModel.LifetimeOf(row)), problem is null ? StatusCodes.Status200OK : code, problem);
    }

    private static IResult Gone(HttpContext context) => PortalPage.Of<MessagePage, Message>(
        context, new Message("No such key", "You have no key at this address: it was revoked, or it never was yours.", Path, "To your keys"), StatusCodes.Status404NotFound);

    private static IResult SentBefore(HttpContext context) => PortalPage.Of<MessagePage, Message>(
        context,
        new Message("That key was made", "This form was sent before, and its key was shown then, once. If you have not copied it, rotate or revoke it and make another.", Path, "To your keys"),
        StatusCodes.Status409Conflict);

    // Zero days: no end.
    private static int? LifetimeOf(string value) => !KeysModel.Lifetimes.Any(known => known.Value == value) ? null : value.Length == 0 ? 0 : int.Parse(value, CultureInfo.InvariantCulture);

    private static TimeSpan? OverlapOf(string value) => KeyModel.Overlaps.Any(known => known.Value == value) ? TimeSpan.FromHours(int.Parse(value, CultureInfo.InvariantCulture)) : null;
}
