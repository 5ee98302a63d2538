using System.Text.Json;
using RemoteLlm.Replay.Cassettes;
using RemoteLlm.Replay.Matching;
using RemoteLlm.Replay.Recording;

namespace RemoteLlm.Replay.Playback;

/// <summary>How one API family lists its models.</summary>
internal abstract class ModelListForm
{
    /// <summary>Where the list is.</summary>
    public abstract string Path { get; }

    /// <summary>The member that holds the entries.</summary>
    protected abstract string Entries { get; }

    /// <summary>The member of an entry that names it.</summary>
    protected abstract string Name { get; }

    /// <summary>Whether the request asks for the whole list.</summary>
    public bool IsAskedBy(IncomingRequest request) => request.Method == "GET" && request.Path == Path;

    /// <summary>The entries of the recorded lists, by name; of two with the same name the first.</summary>
    public IReadOnlyList<KeyValuePair<string, JsonElement>> Recorded(IEnumerable<Cassette> cassettes) =>
        [.. cassettes.Where(cassette => cassette.Request is { Method: "GET" } request && request.Path == Path && cassette.Response.Status == 200).SelectMany(Read).DistinctBy(entry => entry.Key)];

    /// <summary>Writes the list: what stands before the entries, each entry, the end.</summary>
    public void WriteList(Utf8JsonWriter writer, IEnumerable<string> names, Action<Utf8JsonWriter, string> writeEntry)
    {
        writer.WriteStartObject();
        WriteHead(writer);
        writer.WriteStartArray(Entries);
        foreach (var name in names)
        {
            writeEntry(writer, name);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>Writes the entry of a model that no list was recorded for.</summary>
    public abstract void WriteEntry(Utf8JsonWriter writer, string name);

    /// <summary>Writes the members that stand before the entries.</summary>
    protected abstract void WriteHead(Utf8JsonWriter writer);

    private IEnumerable<KeyValuePair<string, JsonElement>> Read(Cassette cassette) =>
        IncomingRequest.ParseJson(MaskedChunks.Join(cassette.Response.Chunks)) is { ValueKind: JsonValueKind.Object } list
            && list.TryGetProperty(Entries, out var entries) && entries.ValueKind == JsonValueKind.Array
            ? entries.EnumerateArray().Where(IsNamed).Select(entry => KeyValuePair.Create(entry.GetProperty(Name).GetString()!, entry))
            : [];

    private bool IsNamed(JsonElement entry) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty(Name, out var name) && name.ValueKind == JsonValueKind.String;
}
