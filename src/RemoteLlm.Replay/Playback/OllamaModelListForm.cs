using System.Text.Json;
using RemoteLlm.Replay.Matching;

namespace RemoteLlm.Replay.Playback;

/// <summary><c>GET /api/tags</c>, as Ollama lists what is installed.</summary>
internal sealed class OllamaModelListForm : ModelListForm
{
    /// <inheritdoc/>
    public override string Path => "/api/tags";

    /// <inheritdoc/>
    protected override string Entries => "models";

    /// <inheritdoc/>
    protected override string Name => "name";

    /// <summary>Every member that Ollama's clients read as present is there: a digest of 64 digits, a date, details.</summary>
    public override void WriteEntry(Utf8JsonWriter writer, string name)
    {
        writer.WriteStartObject();
        writer.WriteString(Name, name);
        writer.WriteString("model", name);
        writer.WriteString("modified_at", "1970-01-01T00:00:00Z");
        writer.WriteNumber("size", 0);
        writer.WriteString("digest", Digest.OfText(name));
        writer.WriteStartObject("details");
        writer.WriteString("parent_model", "");
        writer.WriteString("format", "gguf");
        writer.WriteString("family", "replay");
        writer.WriteStartArray("families");
        writer.WriteStringValue("replay");
        writer.WriteEndArray();
        writer.WriteString("parameter_size", "");
        writer.WriteString("quantization_level", "");
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <inheritdoc/>
    protected override void WriteHead(Utf8JsonWriter writer)
    {
        // Nothing stands before the models.
    }
}
