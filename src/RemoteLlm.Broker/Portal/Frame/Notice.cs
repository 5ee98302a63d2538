namespace RemoteLlm.Broker.Portal.Frame;

/// <summary>What a form has done, told on the page to which it leads. Only these texts: a link cannot put words into the portal's mouth.</summary>
/// <param name="Code">Its name in the query.</param>
/// <param name="Text">What it says.</param>
public sealed record Notice(string Code, string Text)
{
    /// <summary>The query field that names one.</summary>
    public const string Field = "done";

    private static readonly Dictionary<string, Notice> s_all = new Notice[]
    {
        new("key-revoked", "The key is revoked. It stopped working at once."),
        new("key-renamed", "The key has its new name."),
        new("user-saved", "Saved. It is in force everywhere now."),
        new("user-approved", "Approved. They can make a key and use the models now."),
        new("user-blocked", "Blocked. Their keys and their logins stopped working at once."),
        new("user-unblocked", "No longer blocked. Their keys work again; they have to log in anew."),
        new("user-removed", "Removed. Their keys are dead; they may sign up anew."),
        new("connector-revoked", "Revoked. The connector was dropped at once."),
        new("connector-approved", "Approved. The connector has its token in a moment."),
        new("connector-denied", "Denied. The connector was told so."),
        new("request-cancelled", "Cancelled. The client was told so."),
        new("signed-out", "You are logged out."),
    }.ToDictionary(notice => notice.Code, StringComparer.Ordinal);

    /// <summary>The notice of a code; null when there is none.</summary>
    public static Notice? Find(string? code) => code is null ? null : s_all.GetValueOrDefault(code);

    /// <summary>The path of a page that tells it.</summary>
    public static string On(string path, string code) => $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{Field}={s_all[code].Code}";
}
