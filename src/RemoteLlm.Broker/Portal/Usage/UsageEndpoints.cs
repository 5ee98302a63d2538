using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Portal.Frame;
using RemoteLlm.Broker.Portal.Signin;
using RemoteLlm.Broker.Usage.History;

namespace RemoteLlm.Broker.Portal.Usage;

/// <summary>What was used: one's own, and for operators that of others.</summary>
internal static class UsageEndpoints
{
    /// <summary>Numbers of days to choose from.</summary>
    public static readonly IReadOnlyList<int> Spans = [7, 30, UsageHistory.Days];

    private const int DefaultSpan = 30;

    public static void MapUsage(this IEndpointRouteBuilder users)
    {
        users.MapGet(UsageLink.Page, Show);
        users.MapGet(UsageLink.Table, Table);
    }

    private static IResult Show(HttpContext context, UsageHistory history, KeyHistory keys, AccessFiles files, TimeProvider time)
    {
        if (Question(context, keys, files, time) is not { } query)
            return Refused(context);
        var report = history.Ask(query);
        var users = report.Users;
        var model = new UsageModel(
            query.User,
            IsOwn: IsOwn(context, query),
            query.To.DayNumber - query.From.DayNumber + 1,
            history.First > query.From ? history.First : null,
            query.Model,
            KeyOf(query, report),
            UsageFigures.Of(report.Total),
            [.. report.Days.Select(day => new UsageDay(day.Day, UsageFigures.Of(day.Figures)))],
            Shares(report.Models),
            [.. report.Keys.Select(sum => Share(query, sum.Key, sum.Figures))],
            [.. users.Take(UsageModel.MostUsers).Select(sum => new UsageShare(sum.User.Name, UsageFigures.Of(sum.Figures)) { IsFormer = sum.User.IsFormer, Remark = sum.User.IsFormer ? "before the present entry" : null })],
            Math.Max(0, users.Count - UsageModel.MostUsers));
        return PortalPage.Of<UsagePage, UsageModel>(context, model);
    }

    private static IResult Table(HttpContext context, UsageHistory history, KeyHistory keys, AccessFiles files, TimeProvider time) =>
        Question(context, keys, files, time) is { } query ? Results.File(UsageTable.Of(keys.Named(history.Rows(query))), "text/csv; charset=utf-8", UsageTable.NameOf(query)) : Refused(context);

    // Null where somebody asks for what is another's.
    private static HistoryQuery? Question(HttpContext context, KeyHistory keys, AccessFiles files, TimeProvider time)
    {
        var (asked, viewer) = (context.Request.Query, Viewer.Of(context)!);
        var user = Text("user") is { } name && !name.Equals(viewer.User.Name, StringComparison.OrdinalIgnoreCase) ? name : viewer.User.Name;
        if (user != viewer.User.Name && !viewer.IsOperator)
            return null;
        var span = int.TryParse(asked["days"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var days) && Spans.Contains(days) ? days : DefaultSpan;
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        // As the file writes the name; of one who is gone the ledger still knows.
        var whose = user == UsageLink.Everybody ? null : files.Users.FindUser(user)?.Name ?? user;
        return new HistoryQuery(whose, today.AddDays(1 - span), today)
        {
            Model = Text("model"),
            Key = Text(UsageLink.KeyId) is { } id ? new HistoryKey(id, "") : Text(UsageLink.Key) is { } key ? new HistoryKey(null, key) : null,
            Known = whose is null ? [] : keys.Of(whose),
        };

        string? Text(string field) => asked[field].ToString().Trim() is { Length: > 0 and <= 512 } text ? text : null;
    }

    // A key that is gone has its name from what was asked by it.
    private static UsageKey? KeyOf(HistoryQuery query, HistoryReport report) => query.Key is { } key
        ? new UsageKey(key.Id, key.Id is null ? key.Name : query.Known.FirstOrDefault(known => known.Id == key.Id)?.Name ?? (report.Keys is [var (last, _), ..] ? last.Name : key.Id))
        : null;

    private static UsageShare Share(HistoryQuery query, HistoryKey key, HistoryFigures figures) =>
        new(key.Name, UsageFigures.Of(figures)) { Key = new UsageKey(key.Id, key.Name), Remark = query.IsGone(key) ? "revoked" : null };

    private static bool IsOwn(HttpContext context, HistoryQuery query) => query.User == Viewer.Of(context)!.User.Name;

    private static IResult Refused(HttpContext context) => PortalPage.Of<MessagePage, Message>(context, Message.ForOperators, StatusCodes.Status403Forbidden);

    private static IReadOnlyList<UsageShare> Shares(IEnumerable<(string Name, HistoryFigures Figures)> sums) => [.. sums.Select(sum => new UsageShare(sum.Name, UsageFigures.Of(sum.Figures)))];
}
