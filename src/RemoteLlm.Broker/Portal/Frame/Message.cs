namespace RemoteLlm.Broker.Portal.Frame;

/// <summary>A page that says one thing.</summary>
/// <param name="Title">What it is, in a few words.</param>
/// <param name="Text">What it means and what to do.</param>
/// <param name="Link">Where to go on; null for nowhere.</param>
/// <param name="LinkText">What stands on that.</param>
public sealed record Message(string Title, string Text, string? Link = null, string? LinkText = null)
{
    /// <summary>What sign stands above it: wait, warm (something is wrong that passes), bad, or null for none.</summary>
    public string? Sign { get; init; }

    /// <summary>The anti-forgery token is missing or of another login.</summary>
    public static Message StaleForm { get; } =
        new("That form is too old", "The page stood open while you logged in or out, or cookies are off. Nothing was changed. Go back, reload the page and send it again.", "/", "To the start");

    /// <summary>A form above the limit.</summary>
    public static Message FormTooLarge { get; } = new("That is too much", "The form is larger than anything that belongs into it. Nothing was changed.", "/", "To the start");

    /// <summary>A form that cannot be read.</summary>
    public static Message BrokenForm { get; } = new("That form cannot be read", "It came broken. Nothing was changed. Go back and send it again.", "/", "To the start");

    /// <summary>An operators' page, for somebody who is none.</summary>
    public static Message ForOperators { get; } = new("For operators", "This page is for those who run this broker. If you are to be one of them, ask an operator for the role.", "/", "To the start");

    /// <summary>Above one of the portal's own limits.</summary>
    public static Message TooOften { get; } = new("Too often", "That was asked for more often than anybody needs it. Wait a minute, then try again.", "/", "To the start");

    /// <summary>A path with nothing at it.</summary>
    public static Message NotFound { get; } = new("There is no such page", "The link is old, or has a mistake in it.", "/", "To the start");

    /// <summary>A form that was sent to another name of this server.</summary>
    public static Message OtherHost { get; } = new("Not under this address", "The portal has another address; nothing was changed. Open it there and send the form again.");

    /// <summary>Somebody was sent to the public address and came back under another host.</summary>
    public static Message HostNotPassed(string url) => new(
        "Not under this address",
        $"The portal's address is {url}. If that is what you have opened, the proxy in front of it hides it: whoever runs it must let it pass the Host header unchanged (in nginx: proxy_set_header Host $host).",
        url,
        "Open it there");

    /// <summary>A request from elsewhere to a portal that knows no address but loopback.</summary>
    public static Message NoPublicUrl { get; } =
        new("Not under this address", "This portal is set up for the machine on which it runs. Whoever runs it can start the broker with --public-url and the address that you have opened.");

    /// <summary>There is no way to log in.</summary>
    public static Message PortalOff { get; } = new(
        "The API is here, the portal is not set up",
        "Nobody can log in yet. Whoever runs this broker can start it with --public-url, --gitlab-client-id and the two secrets that its help names. Keys that were made on the command line work.",
        "/docs",
        "How to use the API");
}
