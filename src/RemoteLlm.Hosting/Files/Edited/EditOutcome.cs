namespace RemoteLlm.Hosting.Files.Edited;

/// <summary>What came of an edit, for a program and for a person.</summary>
/// <param name="Status">What came of it.</param>
/// <param name="Message">One sentence: what was done, or what is in the way and what to do. Never a secret.</param>
public sealed record EditOutcome(EditStatus Status, string Message)
{
    /// <summary>Whether the file now says what was asked.</summary>
    public bool IsDone => Status is EditStatus.Written or EditStatus.Unchanged;
}
