namespace RemoteLlm.Hosting.Files.Edited;

/// <summary>What an edit makes of a text: a new text, or why there is none.</summary>
/// <param name="Outcome">What came of it.</param>
/// <param name="Text">The new text; null where nothing is to be written.</param>
public sealed record TextEdit(EditOutcome Outcome, string? Text = null)
{
    /// <summary>Nothing is to be written.</summary>
    public static TextEdit Not(EditStatus status, string message) => new(new EditOutcome(status, message));

    /// <summary>This is to be written.</summary>
    public static TextEdit To(string text, string message) => new(new EditOutcome(EditStatus.Written, message), text);
}
