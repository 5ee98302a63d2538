using System.Buffers;
using System.Text.Json;
using RemoteLlm.Replay.Cassettes;
using RemoteLlm.Replay.Matching;

namespace RemoteLlm.Replay.Playback;

/// <summary>
/// The answer to <c>GET /v1/models</c>: every model that a cassette names, so that a gateway which asks for the list finds all that
/// can be played. A recorded list that names them all already is played as it is instead.
/// </summary>
internal sealed class ModelList
{
    private const string ListPath = "/v1/models";

    private readonly IReadOnlyList<KeyValuePair<string, JsonElement?>> _models;

    /// <summary>Collects the models.</summary>
    public ModelList(IReadOnlyList<Cassette> cassettes)
    {
        var recorded = cassettes.Where(IsList).SelectMany(Entries).ToArray();
        var named = cassettes.Select(cassette => cassette.Request.Model).OfType<string>();
        IsRecorded = recorded.Length > 0 && named.All(name => recorded.Any(entry => entry.Key == name));
        _models = [.. recorded.Concat(named.Select(name => KeyValuePair.Create(name, (JsonElement?)null))).DistinctBy(entry => entry.Key)];
    }

    /// <summary>Whether one recorded list says everything.</summary>
    public bool IsRecorded { get; }

    /// <summary>Whether the request asks for the whole list.</summary>
    public static bool IsListPath(IncomingRequest request) => request is { Method: "GET", Path: ListPath };

    /// <summary>The JSON that answers the request; null when it does not ask for the list or for one of its models.</summary>
    public ReadOnlyMemory<byte>? Answer(IncomingRequest request)
    {
        if (request.Method != "GET" || !request.Path.StartsWith(ListPath, StringComparison.Ordinal))
        {
            return null;
        }

        if (request.Path.Length == ListPath.Length)
        {
            return Json(WriteList);
        }

        var wanted = _models.FirstOrDefault(model => request.Path == $"{ListPath}/{model.Key}");
        if (wanted.Key is null)
        {
            return null;
        }

        return Json(writer => WriteModel(writer, wanted));
    }

    private static bool IsList(Cassette cassette) => cassette is { Request: { Method: "GET", Path: ListPath }, Response.Status: 200 };

    private static IEnumerable<KeyValuePair<string, JsonElement?>> Entries(Cassette cassette)
    {
        var body = cassette.Response.Chunks.SelectMany(chunk => chunk.Bytes.ToArray()).ToArray();
        return new IncomingRequest("GET", ListPath, [], body).Json is { ValueKind: JsonValueKind.Object } list
            && list.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Array
            ? data.EnumerateArray().Where(HasId).Select(model => KeyValuePair.Create(model.GetProperty("id").GetString()!, (JsonElement?)model))
            : [];
    }

    private static bool HasId(JsonElement model) =>
        model.ValueKind == JsonValueKind.Object && model.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String;

    private void WriteList(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("object", "list");
        writer.WriteStartArray("data");
        foreach (var model in _models)
        {
            WriteModel(writer, model);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteModel(Utf8JsonWriter writer, KeyValuePair<string, JsonElement?> model)
    {
        if (model.Value is { } recorded)
        {
            recorded.WriteTo(writer);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("id", model.Key);
        writer.WriteString("object", "model");
        writer.WriteNumber("created", 0);
        writer.WriteString("owned_by", "replay");
        writer.WriteEndObject();
    }

    private static ReadOnlyMemory<byte> Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            write(writer);
        }

        return buffer.WrittenMemory;
    }
}
