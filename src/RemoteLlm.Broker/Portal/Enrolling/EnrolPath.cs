namespace RemoteLlm.Broker.Portal.Enrolling;

/// <summary>Where operators decide about connectors.</summary>
internal static class EnrolPath
{
    public const string Page = "/enroll";

    public const string Approve = "/enroll/approve";

    public const string Deny = "/enroll/deny";
}
