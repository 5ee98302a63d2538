using System.Text.Json;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Hosting.Edge;

/// <summary>What is known of a model beyond what OpenAI's list says, as further members of its entry. What is not known is left out.</summary>
internal static class ModelFacts
{
    private static readonly (ModelCapabilities Capability, string Name)[] s_names =
    [
        (ModelCapabilities.Chat, "chat"), (ModelCapabilities.Vision, "vision"), (ModelCapabilities.Tools, "tools"), (ModelCapabilities.Embeddings, "embeddings"),
        (ModelCapabilities.Rerank, "rerank"),
    ];

    /// <summary>Writes them into the open object.</summary>
    public static void Write(Utf8JsonWriter output, ModelDescription model)
    {
        if (model.ContextLength is > 0 and { } tokens)
            output.WriteNumber("context_length", tokens);
        if (model.Capabilities is { } capabilities)
        {
            output.WriteStartArray("capabilities");
            foreach (var (capability, name) in s_names)
            {
                if (capabilities.HasFlag(capability))
                    output.WriteStringValue(name);
            }

            output.WriteEndArray();
        }

        if (model.Loaded is { } loaded)
            output.WriteBoolean("loaded", loaded);
    }
}
