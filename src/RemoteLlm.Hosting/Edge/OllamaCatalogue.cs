using System.Text.Json;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Dialects;
using RemoteLlm.Protocol.Dialects.Endpoints;

namespace RemoteLlm.Hosting.Edge;

/// <summary>Ollama's questions about models, answered from what is known of the models: <c>/api/tags</c>, <c>/api/ps</c> and <c>/api/version</c>.</summary>
public sealed class OllamaCatalogue(OwnEndpoint own, IModelCatalogue catalogue)
{
    // Who asks before an Ollama server is known gets the version from which on all that we relay exists.
    private const string AssumedVersion = "0.9.0";

    private static readonly OllamaModel s_unknown = new("1970-01-01T00:00:00Z", 0, "", "", "", "", "");

    /// <summary>What is served now and what the key may use of it.</summary>
    public Task TagsAsync(HttpContext context) => AnswerAsync(context, OwnEndpoints.Tags, (caller, output) => WriteModels(output, Visible(caller), loaded: false));

    /// <summary>The same, but only what is loaded. Servers of other kinds have all their models loaded.</summary>
    public Task LoadedAsync(HttpContext context) =>
        AnswerAsync(context, OwnEndpoints.Loaded, (caller, output) => WriteModels(output, Visible(caller).Where(model => model.Ollama is null or { LoadedBytes: not null }), loaded: true));

    /// <summary>The oldest version among the Ollama servers, so that no client relies on what one of them lacks.</summary>
    public Task VersionAsync(HttpContext context) => AnswerAsync(context, OwnEndpoints.Version, (_, output) =>
    {
        output.WriteString("version"u8, catalogue.OllamaVersions.MinBy(version => Version.TryParse(version.Split('-')[0], out var parsed) ? parsed : new Version()) ?? AssumedVersion);
    });

    private IEnumerable<ModelDescription> Visible(IEdgeCaller caller) => catalogue.Visible(caller);

    private Task AnswerAsync(HttpContext context, ApiEndpoint endpoint, Action<IEdgeCaller, Utf8JsonWriter> write) => own.AnswerAsync(context, endpoint, null, (caller, output) =>
    {
        output.WriteStartObject();
        write(caller, output);
        output.WriteEndObject();
        return null;
    });

    private static void WriteModels(Utf8JsonWriter output, IEnumerable<ModelDescription> models, bool loaded)
    {
        output.WriteStartArray("models"u8);
        foreach (var model in models)
            Write(output, model, loaded);
        output.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter output, ModelDescription model, bool loaded)
    {
        var known = model.Ollama ?? s_unknown;
        output.WriteStartObject();
        output.WriteString("name"u8, model.Id);
        output.WriteString("model"u8, model.Id);
        if (!loaded)
            output.WriteString("modified_at"u8, known.ModifiedAt);
        output.WriteNumber("size"u8, known.Size);
        output.WriteString("digest"u8, known.Digest);
        output.WriteStartObject("details"u8);
        output.WriteString("parent_model"u8, ""u8);
        output.WriteString("format"u8, known.Format);
        output.WriteString("family"u8, known.Family);
        output.WriteStartArray("families"u8);
        if (known.Family.Length > 0)
            output.WriteStringValue(known.Family);
        output.WriteEndArray();
        output.WriteString("parameter_size"u8, known.ParameterSize);
        output.WriteString("quantization_level"u8, known.Quantization);
        output.WriteEndObject();
        if (loaded)
        {
            output.WriteString("expires_at"u8, known.ExpiresAt ?? "9999-12-31T23:59:59Z");
            output.WriteNumber("size_vram"u8, known.LoadedBytes ?? 0);
        }

        output.WriteEndObject();
    }
}
