namespace RemoteLlm.Protocol.Control;

/// <summary>Why a broker stops sending requests to a session.</summary>
public enum DrainReason
{
    /// <summary>The broker is stopping; the connector keeps dialling.</summary>
    BrokerStopping = 0,

    /// <summary>A newer process uses the same connector token. The older one must not dial again, or the two would take turns for ever.</summary>
    Replaced = 1,

    /// <summary>The connector's token was removed.</summary>
    Revoked = 2,
}
