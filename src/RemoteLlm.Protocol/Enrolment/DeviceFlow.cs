namespace RemoteLlm.Protocol.Enrolment;

/// <summary>How a connector gets its token by a code that an operator approves: the device authorization grant of RFC 8628, by its names.</summary>
public static class DeviceFlow
{
    /// <summary>Where a connector asks for a code: <c>POST</c>, a form, without credentials (RFC 8628, section 3.1).</summary>
    public const string AuthorizationPath = "/connectors/enroll";

    /// <summary>Where it asks for its token (section 3.4).</summary>
    public const string TokenPath = "/connectors/enroll/token";

    /// <summary>The <c>grant_type</c> of that.</summary>
    public const string GrantType = "urn:ietf:params:oauth:grant-type:device_code";

    /// <summary>The <c>client_id</c> of connectors.</summary>
    public const string ClientId = "remotellm-connector";

    /// <summary>What is added to the interval by <see cref="SlowDown"/>, 5 s (section 3.5).</summary>
    public static readonly TimeSpan SlowDownBy = TimeSpan.FromSeconds(5);

    /// <summary>Nobody has decided yet.</summary>
    public const string AuthorizationPending = "authorization_pending";

    /// <summary>Nobody has decided yet, and it is asked too often.</summary>
    public const string SlowDown = "slow_down";

    /// <summary>An operator said no.</summary>
    public const string AccessDenied = "access_denied";

    /// <summary>The code has expired, was used, or never was.</summary>
    public const string ExpiredToken = "expired_token";
}
