namespace RemoteLlm.Broker.Access.Files;

/// <summary>What an edit makes of a text: a new text, or why there is none.</summary>
internal sealed record TextEdit(EditOutcome Outcome, string? Text = null)
{
    public static TextEdit Not(EditStatus status, string message) => new(new EditOutcome(status, message));

    public static TextEdit To(string text, string message) => new(new EditOutcome(EditStatus.Written, message), text);
}
