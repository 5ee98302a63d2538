using RemoteLlm.Protocol.Dialects.Json;

namespace RemoteLlm.Protocol.Dialects.Requests;

/// <summary>One value of a top-level member.</summary>
/// <param name="Name">Which member: its index among <see cref="WatchedMembers"/>, or <see cref="MemberSpans.Model"/>.</param>
/// <param name="IsExact">Whether its name is written as it is watched for.</param>
/// <param name="Start">Offset of its first byte.</param>
/// <param name="Length">In bytes.</param>
/// <param name="IsNull">Whether it is null.</param>
internal readonly record struct MemberSpan(int Name, bool IsExact, long Start, long Length, bool IsNull);

/// <summary>Notes where the values of some top-level members stand, every one of duplicates: which of them counts, servers do not agree upon.</summary>
internal sealed class MemberSpans
{
    /// <summary>What stands for the members that name the model.</summary>
    public const int Model = -1;

    /// <summary>So many are noted, 256. A request of any API has fewer than 60 members, each once.</summary>
    public const int Most = 256;

    private const int Nothing = -2;

    private readonly List<MemberSpan> _spans = [];
    private int _name = Nothing;
    private bool _isExact;
    private bool _begun;
    private bool _isNull;
    private long _start;

    /// <summary>What was found, in the order of the body.</summary>
    public IReadOnlyList<MemberSpan> All => _spans;

    /// <summary>Whether a value that is wanted has begun, or is about to.</summary>
    public bool IsOpen => _name != Nothing;

    /// <summary>Whether no more can be noted.</summary>
    public bool IsFull => _spans.Count == Most;

    /// <summary>Those of one member.</summary>
    public IEnumerable<MemberSpan> Of(int name) => _spans.Where(span => span.Name == name);

    /// <summary>The value that comes next is wanted.</summary>
    public void Begin(int name, bool isExact) => (_name, _isExact, _begun) = (name, isExact, false);

    /// <summary>The next token of the value. A depth of 1 behind it means that the value is over.</summary>
    public void Take(JsonToken token, JsonScanner json)
    {
        if (!_begun)
        {
            (_begun, _isNull) = (true, token == JsonToken.Null);
            _start = token switch
            {
                JsonToken.True or JsonToken.Null => json.Position - "true".Length,
                JsonToken.False => json.Position - "false".Length,
                _ => json.TokenStart,
            };
        }

        if (json.Depth > 1)
            return;
        _spans.Add(new MemberSpan(_name, _isExact, _start, json.Position - _start, _isNull));
        _name = Nothing;
    }
}
