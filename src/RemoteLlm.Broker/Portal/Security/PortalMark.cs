namespace RemoteLlm.Broker.Portal.Security;

/// <summary>Marks an endpoint as the portal's: the middleware that pages need, and the API does not, runs for it.</summary>
internal sealed class PortalMark
{
    public static PortalMark Instance { get; } = new();
}
