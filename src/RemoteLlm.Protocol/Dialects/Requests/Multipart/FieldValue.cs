namespace RemoteLlm.Protocol.Dialects.Requests.Multipart;

/// <summary>The content of one short field, held until its delimiter is known to have come. What is longer is known only to be longer.</summary>
/// <param name="capacity">The longest value, in bytes.</param>
/// <param name="delimiterLength">How many bytes at the end of what is appended are not the value but what ends it.</param>
internal sealed class FieldValue(int capacity, int delimiterLength)
{
    private readonly byte[] _buffer = new byte[capacity + delimiterLength];
    private int _length;

    /// <summary>Whether more came than a longest value and its delimiter.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>Begins with the content of another field.</summary>
    public void Begin() => (_length, IsTooLong) = (0, false);

    /// <summary>Takes the next bytes, the delimiter at the end included.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (IsTooLong)
            return;
        IsTooLong = bytes.Length > _buffer.Length - _length;
        if (IsTooLong)
            return;
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    /// <summary>The value, once the whole delimiter was appended; empty when it is too long.</summary>
    public ReadOnlySpan<byte> End() => IsTooLong ? default : _buffer.AsSpan(0, _length - delimiterLength);
}
