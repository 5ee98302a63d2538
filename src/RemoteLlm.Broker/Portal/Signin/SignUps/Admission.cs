using RemoteLlm.Broker.Access.Users;

namespace RemoteLlm.Broker.Portal.Signin.SignUps;

/// <summary>What became of somebody whom GitLab has named.</summary>
internal enum Admission
{
    /// <summary>He is in, or known and waiting: his entry says which.</summary>
    Known,

    /// <summary>His entry is blocked.</summary>
    Blocked,

    /// <summary>Not one of those who may sign up.</summary>
    NotAllowed,

    /// <summary>The entry of his name is another person's, by GitLab's number.</summary>
    NameTaken,

    /// <summary>There is an entry of his name that anybody may have written for anybody: an operator has to tie it to him.</summary>
    NotTied,

    /// <summary>His user name is none that an entry can be made of: an operator has to write one under another name.</summary>
    NameUnfit,

    /// <summary>So many wait for approval that nobody may join them.</summary>
    TooManyWait,

    /// <summary><c>users.yaml</c> has an error, or cannot be written.</summary>
    FileTrouble,
}

/// <summary>What became of somebody, and his entry where he has one and may use it.</summary>
internal sealed record SignUpOutcome(Admission Admission, UserRecord? User = null);
