using System.Buffers;

namespace RemoteLlm.Testing.Faults;

/// <summary>What is on its way through the line: some bytes, or the end of them.</summary>
/// <param name="Kind">Bytes, an orderly end, or a reset.</param>
/// <param name="Due">The moment at which it arrives.</param>
/// <param name="Rented">Holds the bytes; empty for an end.</param>
/// <param name="Length">How many.</param>
internal readonly record struct Piece(PieceKind Kind, long Due, byte[] Rented, int Length)
{
    public static Piece Copy(ReadOnlySpan<byte> bytes, long due)
    {
        var rented = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(rented);
        return new Piece(PieceKind.Bytes, due, rented, bytes.Length);
    }

    public static Piece End(PieceKind kind, long due) => new(kind, due, [], 0);

    public void Return()
    {
        if (Length > 0)
            ArrayPool<byte>.Shared.Return(Rented);
    }
}

/// <summary>What a <see cref="Piece"/> is.</summary>
internal enum PieceKind
{
    Bytes,
    Finish,
    Reset,
}
