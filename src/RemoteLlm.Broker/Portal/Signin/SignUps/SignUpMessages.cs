using System.Globalization;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Portal.Frame;

namespace RemoteLlm.Broker.Portal.Signin.SignUps;

/// <summary>What those are told who were not admitted.</summary>
internal static class SignUpMessages
{
    private static readonly Message s_notAllowed =
        new("You are not on the list", "This broker is for some people or groups at GitLab, and your account is not among them. Ask an operator to add you, then log in again.", SigninPaths.Login, "Back to the login") { Sign = "warm" };

    private static readonly Message s_nameTaken =
        new("Your name is taken here", "Somebody else, who had your user name at GitLab before you, is known here under it. Ask an operator to sort it out.", SigninPaths.Login, "Back to the login") { Sign = "warm" };

    private static readonly Message s_tooManyWait =
        new("Too many wait already", "So many people wait for approval that no more are taken. Ask an operator to look through them, then log in again.", SigninPaths.Login, "Back to the login") { Sign = "warm" };

    private static readonly Message s_fileTrouble =
        new("You cannot be added now", "The broker's list of users cannot be written at the moment. Ask an operator to look at it (the broker's log says what is wrong), then log in again.", SigninPaths.Login, "Try again") { Sign = "warm" };

    public static Message Of(Admission admission, long gitLabId) => admission switch
    {
        Admission.NotTied => new Message(
            "Not tied to you yet",
            $"Your user name is on the list of this broker, but not that it is you. Ask an operator to write gitlab_id: {gitLabId.ToString(CultureInfo.InvariantCulture)} into that entry of users.yaml, then log in again.",
            SigninPaths.Login,
            "Back to the login") { Sign = "wait" },
        Admission.NameUnfit => new Message(
            "Your user name does not fit",
            $"{UsersFileEditor.UserNameRule} Yours at GitLab is another kind. Change it there, or ask an operator to write an entry with gitlab_id: {gitLabId.ToString(CultureInfo.InvariantCulture)} and a user name of that form into users.yaml, then log in again.",
            SigninPaths.Login,
            "Back to the login") { Sign = "wait" },
        Admission.Blocked => SigninMessages.Blocked,
        Admission.NotAllowed => s_notAllowed,
        Admission.NameTaken => s_nameTaken,
        Admission.TooManyWait => s_tooManyWait,
        _ => s_fileTrouble,
    };
}
