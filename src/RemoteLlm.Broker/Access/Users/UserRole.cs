namespace RemoteLlm.Broker.Access.Users;

/// <summary>What a user may do beside using models.</summary>
public enum UserRole
{
    /// <summary>Nothing more.</summary>
    User,

    /// <summary>Runs this broker.</summary>
    Operator,
}
