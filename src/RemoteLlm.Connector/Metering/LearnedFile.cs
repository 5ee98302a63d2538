using System.Text.Json;
using System.Text.Json.Serialization;
using RemoteLlm.Hosting.Files;
using RemoteLlm.Protocol.Dialects.Usage;

namespace RemoteLlm.Connector.Metering;

/// <summary>The file <c>learned.json</c>: what <see cref="TokenEstimator"/> has learnt. Figures and names of models only; who deletes it loses some accuracy for a while.</summary>
internal static partial class LearnedFile
{
    /// <summary>The file's name in the data folder.</summary>
    public const string Name = "learned.json";

    /// <summary>A file that is larger is none of ours: 1,000 models have 4 MB.</summary>
    private const int LargestBytes = 64 * 1024 * 1024;

    /// <summary>Writes the file anew. The folder must exist.</summary>
    /// <exception cref="IOException">Not written; what was there is untouched.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public static void Write(string path, IReadOnlyList<SavedModel> models) =>
        AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(new Content([.. PromptLearner.Layout], models), Format.Default.Content));

    /// <summary>Reads the file. Nothing when there is none, or one of a release that counted something else.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problem">What is wrong with the file; null when nothing is.</param>
    public static IReadOnlyList<SavedModel> Read(string path, out string? problem)
    {
        problem = null;
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > LargestBytes })
                throw new JsonException("it is far too large");
            var content = JsonSerializer.Deserialize(AtomicFile.ReadBytes(path), Format.Default.Content) ?? throw new JsonException("it holds null");
            if (content.Models.Contains(null!))
                throw new JsonException("it holds null");
            return content.Layout.SequenceEqual(PromptLearner.Layout) ? content.Models : [];
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception broken) when (broken is JsonException or IOException or UnauthorizedAccessException)
        {
            problem = broken.Message;
            return [];
        }
    }

    private sealed record Content(IReadOnlyList<string> Layout, IReadOnlyList<SavedModel> Models);

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
    [JsonSerializable(typeof(Content))]
    private sealed partial class Format : JsonSerializerContext;
}
