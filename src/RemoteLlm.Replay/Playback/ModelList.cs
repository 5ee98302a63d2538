using System.Buffers;
using System.Text.Json;
using RemoteLlm.Replay.Cassettes;
using RemoteLlm.Replay.Matching;

namespace RemoteLlm.Replay.Playback;

/// <summary>
/// The answer to <c>GET /v1/models</c> and <c>GET /api/tags</c>: every model that a cassette names, so that a gateway which asks for the
/// list finds all that can be played. A recorded list that names them all already is played as it is instead.
/// </summary>
internal sealed class ModelList
{
    private readonly ListOfForm[] _lists;
    private readonly string[] _names;

    /// <summary>Collects the models.</summary>
    public ModelList(IReadOnlyList<Cassette> cassettes)
    {
        ModelListForm[] forms = [new OpenAiModelListForm(), new OllamaModelListForm()];
        _lists = [.. forms.Select(form => new ListOfForm(form, form.Recorded(cassettes)))];
        var recorded = _lists.SelectMany(list => list.Recorded.Select(entry => entry.Key));
        _names = [.. recorded.Concat(cassettes.Select(cassette => cassette.Request.Model).OfType<string>()).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Whether the request asks for a whole list, and no recorded one says everything.</summary>
    public bool Replaces(IncomingRequest request) => _lists.Any(list => list.Form.IsAskedBy(request) && list.Recorded.Count < _names.Length);

    /// <summary>The JSON that answers the request; null when it does not ask for a list or for one of <c>/v1/models</c>' entries.</summary>
    public ReadOnlyMemory<byte>? Answer(IncomingRequest request)
    {
        if (_lists.FirstOrDefault(list => list.Form.IsAskedBy(request)) is { } asked)
        {
            return Json(writer => asked.Form.WriteList(writer, _names, asked.WriteEntry));
        }

        var openAi = _lists[0];
        if (request.Method == "GET" && _names.FirstOrDefault(name => request.Path == $"{openAi.Form.Path}/{name}") is { } wanted)
        {
            return Json(writer => openAi.WriteEntry(writer, wanted));
        }

        return null;
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

    /// <summary>One form's list, with the entries that were recorded in it.</summary>
    private sealed record ListOfForm(ModelListForm Form, IReadOnlyList<KeyValuePair<string, JsonElement>> Recorded)
    {
        /// <summary>The entry as recorded, or a plain one.</summary>
        public void WriteEntry(Utf8JsonWriter writer, string name)
        {
            foreach (var (recorded, entry) in Recorded)
            {
                if (recorded == name)
                {
                    writer.WriteRawValue(entry.GetRawText());
                    return;
                }
            }

            Form.WriteEntry(writer, name);
        }
    }
}
