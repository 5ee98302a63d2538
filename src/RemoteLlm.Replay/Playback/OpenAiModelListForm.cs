using System.Text.Json;

namespace RemoteLlm.Replay.Playback;

/// <summary><c>GET /v1/models</c>.</summary>
internal sealed class OpenAiModelListForm : ModelListForm
{
    /// <inheritdoc/>
    public override string Path => "/v1/models";

    /// <inheritdoc/>
    protected override string Entries => "data";

    /// <inheritdoc/>
    protected override string Name => "id";

    /// <inheritdoc/>
    public override void WriteEntry(Utf8JsonWriter writer, string name)
    {
        writer.WriteStartObject();
        writer.WriteString(Name, name);
        writer.WriteString("object", "model");
        writer.WriteNumber("created", 0);
        writer.WriteString("owned_by", "replay");
        writer.WriteEndObject();
    }

    /// <inheritdoc/>
    protected override void WriteHead(Utf8JsonWriter writer) => writer.WriteString("object", "list");
}
