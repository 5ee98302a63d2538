using System.Buffers;
using RemoteLlm.Protocol.Dialects.Json;

namespace RemoteLlm.Protocol.Dialects.Streams;

/// <summary>A line of JSON that comes in pieces: how far it got, and whether it ends the answer.</summary>
internal sealed class HalfLine
{
    private readonly JsonScanner _json = new(textCapacity: 16) { ReportDepth = 1 };
    private Member _member;
    private bool _endsAnswer;

    private enum Member
    {
        Other,
        Done,
        Status,
        Error,
    }

    /// <summary>Whether anything of a line has come that has not ended.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Whether it is all there but for its line end, and says that nothing follows it.</summary>
    public bool IsLast => _endsAnswer && _json.IsComplete;

    /// <summary>Whether a whole line says that nothing follows it. In what a model writes quotes are escaped, so that it cannot look like this.</summary>
    public static bool EndsAnswer(ReadOnlySpan<byte> line)
    {
        // Nearly every line says "done":false: only the others are read.
        if (line.IndexOf("\"done\":true"u8) < 0 && line.IndexOf("\"done\": true"u8) < 0 && line.IndexOf("\"success\""u8) < 0 && line.IndexOf("\"error\""u8) < 0)
            return false;
        var whole = new HalfLine();
        whole.Observe(line);
        return whole.End();
    }

    /// <summary>Takes the next bytes of the line.</summary>
    public void Observe(ReadOnlySpan<byte> bytes)
    {
        HasBegun |= !bytes.IsEmpty;
        while (_json.Read(ref bytes) is var token and not (JsonToken.None or JsonToken.Malformed))
        {
            if (token == JsonToken.Name)
                _member = Recognise();
            else if (_json.Depth == 1 || token is JsonToken.StartObject)
                Take(token);
        }
    }

    /// <summary>The line has ended; true when it says that nothing follows.</summary>
    public bool End()
    {
        var last = _endsAnswer;
        _json.Reset();
        (_member, _endsAnswer, HasBegun) = (Member.Other, false, false);
        return last;
    }

    /// <summary>Completes the object where it broke off, with the error as its last member; false when nothing can.</summary>
    public bool TryEndWith(IBufferWriter<byte> output, ReadOnlySpan<byte> errorMember)
    {
        if (!_json.CanClose)
            return false;
        _json.WriteClosing(output, errorMember);
        output.Write("\n"u8);
        return true;
    }

    private Member Recognise() =>
        _json.Depth != 1 ? Member.Other
        : _json.Text.Equals("done"u8) ? Member.Done
        : _json.Text.Equals("status"u8) ? Member.Status
        : _json.Text.Equals("error"u8) ? Member.Error
        : Member.Other;

    private void Take(JsonToken token)
    {
        _endsAnswer |= _member switch
        {
            Member.Done => token == JsonToken.True,
            Member.Status => token == JsonToken.String && _json.Text.Equals("success"u8),
            Member.Error => token != JsonToken.Null,
            _ => false,
        };
        _member = Member.Other;
    }
}
