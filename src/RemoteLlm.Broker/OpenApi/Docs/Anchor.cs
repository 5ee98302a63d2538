namespace RemoteLlm.Broker.OpenApi.Docs;

/// <summary>Names of places in the page.</summary>
internal static class Anchor
{
    public static string Of(Tag tag) => tag.Name.ToLowerInvariant();

    public static string Of(Operation operation) => operation.Id;
}
