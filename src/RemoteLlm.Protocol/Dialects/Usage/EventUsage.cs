using System.Buffers;

namespace RemoteLlm.Protocol.Dialects.Usage;

/// <summary>Writes single events without the usage in them.</summary>
internal sealed class EventUsage
{
    private readonly TopLevelUsage _usage = new();

    /// <summary>Whether events may have one. No serialiser escapes a letter of the name, and no string goes over several data lines.</summary>
    public static bool MayBeIn(ReadOnlySpan<byte> events) => events.IndexOf("\"usage\""u8) >= 0;

    /// <summary>Writes what a client gets of a whole event; false, and nothing written, when that is nothing.</summary>
    public bool Write(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output)
    {
        if (!MayBeIn(bytes))
        {
            output.Write(bytes);
            return true;
        }

        Find(bytes);
        if (_usage.IsAll)
            return false;
        WriteWithoutCuts(bytes, output);
        return true;
    }

    private void Find(ReadOnlySpan<byte> bytes)
    {
        var (lines, length) = (0, 0);
        for (var line = new DataLines(bytes); line.MoveNext(); lines++)
        {
            if (lines == 0)
                _usage.Find(line.Data);
            length += line.Data.Length + 1;
        }

        if (lines == 0)
            _usage.Find(default);
        else if (lines > 1)
            FindInLines(bytes, length);
    }

    /// <summary>Several data lines are one text with line feeds between.</summary>
    private void FindInLines(ReadOnlySpan<byte> bytes, int length)
    {
        var text = ArrayPool<byte>.Shared.Rent(length);
        length = 0;
        for (var line = new DataLines(bytes); line.MoveNext(); length++)
        {
            line.Data.CopyTo(text.AsSpan(length));
            length += line.Data.Length;
            text[length] = (byte)'\n';
        }

        _usage.Find(text.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(text);
    }

    // Line ends and field names stay, also where a cut goes over them.
    private void WriteWithoutCuts(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output)
    {
        var (written, lineStart) = (0, 0);
        for (var line = new DataLines(bytes); line.MoveNext(); lineStart += line.Data.Length + 1)
        {
            foreach (var cut in _usage.Cuts)
            {
                var start = Math.Max(cut.Start - lineStart, 0);
                var end = Math.Min(cut.End - lineStart, line.Data.Length);
                if (start >= end)
                    continue;
                output.Write(bytes[written..(line.Start + start)]);
                written = line.Start + end;
            }
        }

        output.Write(bytes[written..]);
    }
}
