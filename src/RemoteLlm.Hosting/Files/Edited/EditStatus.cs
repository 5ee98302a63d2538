namespace RemoteLlm.Hosting.Files.Edited;

/// <summary>What came of an edit.</summary>
public enum EditStatus
{
    /// <summary>The file says it now, and is on the disk.</summary>
    Written,

    /// <summary>The file said so already; nothing was written.</summary>
    Unchanged,

    /// <summary>There is nothing of that name.</summary>
    NotFound,

    /// <summary>What was asked does not fit what is in the file: a name that is taken, or one that means several.</summary>
    Conflict,

    /// <summary>What was asked for cannot be a name.</summary>
    Invalid,

    /// <summary>The file has an error, or a form that we cannot edit without a loss; it was left as it is.</summary>
    BrokenFile,

    /// <summary>Others kept writing the file all the time.</summary>
    Busy,

    /// <summary>The system does not let us read or write the file.</summary>
    Inaccessible,
}
