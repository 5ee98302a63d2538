using RemoteLlm.Broker.Portal.Frame;

namespace RemoteLlm.Broker.Portal.Signin;

/// <summary>Pages that say one thing about a login.</summary>
internal static class SigninMessages
{
    /// <summary>He did not agree at GitLab.</summary>
    public static Message Denied { get; } =
        new("You did not let us in", "GitLab says that you declined. Nothing was stored. All that we ask for is who you are, to know your keys from those of others.", SigninPaths.Login, "Back to the login") { Sign = "warm" };

    /// <summary>GitLab cannot be reached, or has an error.</summary>
    public static Message GitLabDown { get; } =
        new("GitLab does not answer", "We could not ask GitLab who you are: it is down, or very slow. Keys that you have go on working meanwhile. Try again in a minute.", SigninPaths.Login, "Try again") { Sign = "warm" };

    /// <summary>A login that was not begun in this browser, came twice, took too long, or that GitLab refused.</summary>
    public static Message LoginBroken { get; } =
        new("That login did not work", "It was begun in another browser, took longer than 15 minutes, was sent twice, or GitLab refused it. Begin anew; if it fails again, tell an operator.", SigninPaths.Login, "Log in again") { Sign = "warm" };

    /// <summary>He waits for an operator.</summary>
    public static Message Pending { get; } =
        new("Almost there", "You are signed up, and an operator has to approve you. Ask one, if you know who that is. This page opens the portal, and your first key, once that is done.", SigninPaths.Pending, "Look again") { Sign = "wait" };

    /// <summary>An entry that is blocked.</summary>
    public static Message Blocked { get; } = new("You are blocked", "An operator has blocked your account: your keys and logins do not work. Ask an operator why.", SigninPaths.Login, "Back to the login") { Sign = "bad" };

    /// <summary>A login that only this machine has.</summary>
    public static Message ThisMachineOnly { get; } = new("Not from elsewhere", "The development login is for the machine on which the broker runs.");
}
