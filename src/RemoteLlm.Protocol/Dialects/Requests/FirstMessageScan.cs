using RemoteLlm.Protocol.Dialects.Json;

namespace RemoteLlm.Protocol.Dialects.Requests;

/// <summary>
/// Finds what a conversation begins with: the first message that is no instruction to the model (agents send the same ones in all their conversations), or the whole
/// text where the member is one.
/// </summary>
internal sealed class FirstMessageScan : MemberScan
{
    private bool _found;
    private bool _isRole;
    private bool _isInstruction;

    /// <summary>Offset of its first byte; null when there is none.</summary>
    public long? Start { get; private set; }

    /// <summary>Offset behind its last byte; null while it has not ended.</summary>
    public long? End { get; private set; }

    public override void Take(JsonToken token, JsonScanner json)
    {
        switch (json.Depth, token)
        {
            case (1, JsonToken.String):
                (Start, End, _found) = (json.TokenStart, json.Position, true);
                break;
            case (1, _):
                ReportDepth = 1;
                break;
            case (2, JsonToken.StartArray) when !_found:
                ReportDepth = 3;
                break;
            case (2, JsonToken.String) when !_found:
                Found(json.TokenStart, json.Position);
                break;
            case (3, JsonToken.StartObject):
                (Start, End, _isInstruction, _isRole) = (json.TokenStart, null, false, false);
                break;
            case (3, JsonToken.Name):
                _isRole = json.Text.Equals("role"u8);
                break;
            case (3, JsonToken.String) when _isRole:
                _isInstruction = json.Text.Equals("system"u8) || json.Text.Equals("developer"u8);
                _isRole = false;
                break;
            case (2, JsonToken.EndObject) when !_found:
                if (_isInstruction)
                    End = json.Position;
                else
                    Found(Start!.Value, json.Position);
                break;
        }
    }

    private void Found(long start, long end)
    {
        (Start, End, _found) = (start, end, true);
        ReportDepth = 1;
    }
}
