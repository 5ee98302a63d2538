namespace RemoteLlm.Replay.Cassettes;

/// <summary>A cassette, or a folder of them, cannot be used. The message names the file, line and column, and what to change.</summary>
public sealed class CassetteException : Exception
{
    /// <summary>Says what is wrong.</summary>
    /// <param name="message">One line for the person who wrote the cassette.</param>
    public CassetteException(string message)
        : base(message)
    {
    }

    /// <summary>Says what is wrong, and what found it.</summary>
    /// <param name="message">One line for the person who wrote the cassette.</param>
    /// <param name="innerException">The error of the YAML reader or the file system.</param>
    public CassetteException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>An error without a message.</summary>
    public CassetteException()
    {
    }
}
