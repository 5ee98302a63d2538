namespace RemoteLlm.Broker.Usage.Files;

/// <summary>Where the ledger's files are. The seam at which tests let a disk be full.</summary>
internal interface ILedgerFiles
{
    /// <summary>Opens a file to append to it, and makes it where it is missing; when this returns, its name is on the disk.</summary>
    /// <exception cref="IOException">It cannot be opened or made.</exception>
    /// <exception cref="UnauthorizedAccessException">The permissions do not allow it.</exception>
    ILedgerFile Open(string path);
}

/// <summary>A file that is being appended to.</summary>
internal interface ILedgerFile : IDisposable
{
    /// <summary>Its length now, bytes.</summary>
    long Length { get; }

    /// <summary>Whether its name still leads to it, and nobody else has changed its length.</summary>
    bool IsStill(long length);

    /// <summary>Reads from a place; fewer bytes at the end only.</summary>
    int Read(Span<byte> bytes, long at);

    /// <summary>Writes at a place. A failure may leave some of it written.</summary>
    /// <exception cref="IOException">Not all of it was written.</exception>
    void Write(ReadOnlySpan<byte> bytes, long at);

    /// <summary>Returns once all that was written is on the disk.</summary>
    /// <exception cref="IOException">The disk refused; what is on it is not known.</exception>
    void Flush();

    /// <summary>Cuts it to a length.</summary>
    /// <exception cref="IOException">It keeps its length.</exception>
    void Cut(long length);
}
