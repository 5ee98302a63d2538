namespace RemoteLlm.Protocol.Access;

/// <summary>Names of models as Ollama has them: without a tag, <c>:latest</c> is meant.</summary>
public static class ModelName
{
    private const string Latest = ":latest";

    /// <summary>The name with the tag that is meant; null when it has one.</summary>
    public static string? WithTag(string model) => model.AsSpan(model.LastIndexOf('/') + 1).Contains(':') ? null : model + Latest;

    /// <summary>Whether a list of globs lets a model pass under its name or, where it has no tag, under the one that is meant; no list (null) lets everything pass.</summary>
    public static bool AllowedBy(IReadOnlyList<string>? globs, string model) => ModelGlob.AllowedBy(globs, model) || (WithTag(model) is { } tagged && ModelGlob.AllowedBy(globs, tagged));
}
