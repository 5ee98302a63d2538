namespace RemoteLlm.Broker.Access.Users;

/// <summary>Whether a known key may be used, and if not, why.</summary>
public enum KeyStanding
{
    /// <summary>Yes.</summary>
    Admitted,

    /// <summary>An operator blocked its user.</summary>
    Blocked,

    /// <summary>Its user waits for an operator's approval.</summary>
    Pending,

    /// <summary>Its time is over.</summary>
    Expired,
}
