using RemoteLlm.Protocol.Dialects.Json;

namespace RemoteLlm.Protocol.Dialects.Requests;

/// <summary>
/// Finds the block that Claude Code puts first in the system prompt, <c>x-anthropic-billing-header: …</c>. It changes with every request, so that no server which keeps
/// prompts in a prefix cache finds one again. It means nothing to any server but Anthropic's.
/// </summary>
internal sealed class BillingBlockScan : MemberScan
{
    private long _blockStart;
    private int _blocks;
    private bool _isText;
    private bool _isBilling;

    private static ReadOnlySpan<byte> Sign => "x-anthropic-billing-header:"u8;

    /// <summary>What takes it out; null when there is none.</summary>
    public RequestEdit? Removal { get; private set; }

    public override void Take(JsonToken token, JsonScanner json)
    {
        switch (json.Depth, token)
        {
            case (1, JsonToken.String):
                TakeText(json);
                break;
            case (1, _):
                ReportDepth = 1;
                break;
            case (2, JsonToken.StartArray):
                (Removal, _blocks, ReportDepth) = (null, 0, 3);
                break;
            case (3, JsonToken.StartObject):
                BeginBlock(json);
                break;
            case (3, JsonToken.Name):
                _isText = _blocks == 1 && json.Text.Equals("text"u8);
                break;
            case (3, JsonToken.String) when _isText:
                (_isBilling, _isText) = (json.Text.Raw.StartsWith(Sign), false);
                break;
            case (2, JsonToken.EndObject) when _blocks == 1 && _isBilling:
                Removal = new RequestEdit(_blockStart, json.Position - _blockStart, default);
                break;
            case (2, not JsonToken.EndObject) or (3, JsonToken.StartArray):
                // Among other things than blocks, which no server takes, it would leave a comma too many.
                (Removal, ReportDepth) = (null, 1);
                break;
        }
    }

    // The comma behind it goes with it.
    private void BeginBlock(JsonScanner json)
    {
        _blocks++;
        if (_blocks == 1)
            (_blockStart, _isBilling, _isText) = (json.TokenStart, false, false);
        else if (_blocks == 2 && Removal is { } removal)
            Removal = removal with { Remove = json.TokenStart - removal.At };
        if (_blocks == 2)
            ReportDepth = 1;
    }

    // The prompt is one text, and the block its first line.
    private void TakeText(JsonScanner json)
    {
        Removal = null;
        var text = json.Text.Raw;
        var end = text.StartsWith(Sign) ? LineEnd(text) : -1;
        if (end < 0)
            return;
        while (text[end..].StartsWith("\\n"u8))
            end += "\\n".Length;
        Removal = new RequestEdit(json.TokenStart + 1, end, default);
    }

    // Behind a backslash that is one itself, an n is just an n.
    private static int LineEnd(ReadOnlySpan<byte> text)
    {
        for (var at = 0; at + 1 < text.Length; at++)
        {
            if (text[at] != '\\')
                continue;
            if (text[at + 1] == 'n')
                return at;
            at++;
        }

        return -1;
    }
}
