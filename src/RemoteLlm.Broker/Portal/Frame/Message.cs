namespace RemoteLlm.Broker.Portal.Frame;

/// <summary>A page that says one thing.</summary>
/// <param name="Title">What it is, in a few words.</param>
/// <param name="Text">What it means and what to do.</param>
/// <param name="Link">Where to go on; null for nowhere.</param>
/// <param name="LinkText">What stands on that.</param>
public sealed record Message(string Title, string Text, string? Link = null, string? LinkText = null)
{
    /// <summary>The anti-forgery token is missing or of another login.</summary>
    public static Message StaleForm { get; } =
        new("That form is too old", "The page stood open while you logged in or out, or cookies are off. Nothing was changed. Go back, reload the page and send it again.", "/", "To the start");

    /// <summary>A form above the limit.</summary>
    public static Message FormTooLarge { get; } = new("That is too much", "The form is larger than anything that belongs into it. Nothing was changed.", "/", "To the start");

    /// <summary>A form that cannot be read.</summary>
    public static Message BrokenForm { get; } = new("That form cannot be read", "It came broken. Nothing was changed. Go back and send it again.", "/", "To the start");

    /// <summary>An operators' page, for somebody who is none.</summary>
    public static Message ForOperators { get; } = new("For operators", "This page is for those who run this broker. If you are to be one of them, ask an operator for the role.", "/", "To the start");
}
