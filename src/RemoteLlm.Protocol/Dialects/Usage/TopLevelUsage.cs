using System.Runtime.InteropServices;
using RemoteLlm.Protocol.Dialects.Json;

namespace RemoteLlm.Protocol.Dialects.Usage;

/// <summary>Finds the top-level <c>usage</c> of a chunk, and what to cut so that it is gone and the rest is still JSON.</summary>
internal sealed class TopLevelUsage
{
    private readonly JsonScanner _json = new(textCapacity: 8) { ReportDepth = 1 };
    private readonly List<(int Start, int End)> _cuts = new(1);
    private bool _anyKept;

    private enum Name
    {
        Other,
        Usage,
        Choices,
    }

    /// <summary>What to cut out: none when there is no usage, or the text is not a JSON object. In order, apart from each other.</summary>
    public ReadOnlySpan<(int Start, int End)> Cuts => CollectionsMarshal.AsSpan(_cuts);

    /// <summary>Whether the chunk has a usage, other than null, and an empty array of choices: it was sent for its usage.</summary>
    public bool IsAll { get; private set; }

    /// <summary>Looks through a chunk.</summary>
    public void Find(ReadOnlySpan<byte> json)
    {
        _json.Reset();
        _cuts.Clear();
        _anyKept = false;
        var (isObject, hasUsage, noChoices) = (false, false, false);
        var (name, nameStart, opened) = (Name.Other, 0, 0);
        var rest = json;
        while (_json.Read(ref rest) is var token && token is not (JsonToken.None or JsonToken.Malformed))
        {
            var position = (int)_json.Position;
            switch (token)
            {
                case JsonToken.Name:
                    name = Recognise();
                    nameStart = position - _json.Text.Raw.Length - 2;
                    break;
                case JsonToken.StartObject or JsonToken.StartArray:
                    isObject |= _json.Depth == 1 && token == JsonToken.StartObject;
                    opened = position;
                    break;
                case JsonToken.Null or JsonToken.EndObject when name == Name.Usage && _json.Depth == 1:
                    hasUsage |= token == JsonToken.EndObject;
                    Cut(json, nameStart, position);
                    break;
                case var _ when _json.Depth == 1:
                    _anyKept = true;
                    if (name == Name.Choices)
                        noChoices = token == JsonToken.EndArray && json[opened..(position - 1)].IndexOfAnyExcept(" \t\r\n"u8) < 0;
                    break;
            }
        }

        if (!isObject || !_json.IsComplete)
            _cuts.Clear();
        IsAll = hasUsage && noChoices && _cuts.Count > 0;
    }

    private Name Recognise()
    {
        var name = _json.Text.Raw;
        if (_json.Text.Truncated)
            return Name.Other;
        return name.SequenceEqual("usage"u8) ? Name.Usage : name.SequenceEqual("choices"u8) ? Name.Choices : Name.Other;
    }

    /// <summary>Notes the member and the comma before it; for the first member, the one behind it.</summary>
    private void Cut(ReadOnlySpan<byte> json, int start, int end)
    {
        if (_anyKept)
        {
            start = json[..start].LastIndexOf((byte)',');
        }
        else if (json[end..].IndexOfAnyExcept(" \t\r\n"u8) is var next and >= 0 && json[end + next] == ',')
        {
            end += next + 1;
        }

        _cuts.Add((start, end));
    }
}
