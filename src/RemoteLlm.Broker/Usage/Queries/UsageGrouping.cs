namespace RemoteLlm.Broker.Usage.Queries;

/// <summary>By what usage is summed up.</summary>
internal enum UsageGrouping
{
    /// <summary>One sum a user.</summary>
    User,

    /// <summary>One sum a model, by the name that was asked for.</summary>
    Model,

    /// <summary>One sum a day, UTC.</summary>
    Day,

    /// <summary>One sum a key of a user.</summary>
    Key,

    /// <summary>One sum a connector.</summary>
    Connector,
}
