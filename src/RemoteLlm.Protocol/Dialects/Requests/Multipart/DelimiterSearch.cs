namespace RemoteLlm.Protocol.Dialects.Requests.Multipart;

/// <summary>
/// Finds the dashes and boundary in bytes that arrive in pieces of any size. Runs at the speed of a vectorised search; only around the seam of two
/// pieces a few bytes are copied together.
/// </summary>
/// <param name="delimiter">Two dashes and the boundary, 3 to 72 bytes.</param>
internal sealed class DelimiterSearch(byte[] delimiter)
{
    // Of what has passed, so much is kept: a delimiter that lacks its last byte, and the line end before it. A delimiter found at the seam
    // then has its line end in the window, or stands so close to the beginning that there is none.
    private readonly int _carry = delimiter.Length + 1;
    private readonly byte[] _window = new byte[2 * (delimiter.Length + 1)];
    private int _carried;

    /// <summary>Whether CR LF came right before the delimiter that was found, and since <see cref="Begin"/>.</summary>
    public bool FollowsLineEnd { get; private set; }

    /// <summary>Begins anew: what came before is no longer part of a delimiter or its line end.</summary>
    public void Begin() => _carried = 0;

    /// <summary>Takes the next bytes up to the end of the delimiter: returns the offset behind it, or -1 when all were taken and it has not come.</summary>
    public int Find(ReadOnlySpan<byte> bytes)
    {
        var end = FindAtSeam(bytes);
        if (end >= 0)
            return end;

        end = EndIn(bytes);
        if (end < 0)
            Carry(bytes);
        return end;
    }

    private int FindAtSeam(ReadOnlySpan<byte> bytes)
    {
        if (_carried == 0)
            return -1;
        var joined = bytes[..Math.Min(bytes.Length, _carry)];
        joined.CopyTo(_window.AsSpan(_carried));
        var end = EndIn(_window.AsSpan(0, _carried + joined.Length));
        return end < 0 ? -1 : end - _carried;
    }

    private int EndIn(ReadOnlySpan<byte> bytes)
    {
        var at = bytes.IndexOf(delimiter);
        if (at < 0)
            return -1;
        FollowsLineEnd = bytes[..at].EndsWith("\r\n"u8);
        return at + delimiter.Length;
    }

    private void Carry(ReadOnlySpan<byte> bytes)
    {
        var fresh = bytes[Math.Max(0, bytes.Length - _carry)..];
        var kept = Math.Min(_carried, _carry - fresh.Length);
        _window.AsSpan(_carried - kept, kept).CopyTo(_window);
        fresh.CopyTo(_window.AsSpan(kept));
        _carried = kept + fresh.Length;
    }
}
