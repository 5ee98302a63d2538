namespace RemoteLlm.Protocol.Access;

/// <summary>Names of models as Ollama has them: without a tag, <c>:latest</c> is meant.</summary>
public static class ModelName
{
    private const string Latest = ":latest";

    /// <summary>The name with the tag that is meant; null when it has one.</summary>
    public static string? WithTag(string model) => model.AsSpan(model.LastIndexOf('/') + 1).Contains(':') ? null : model + Latest;
}
