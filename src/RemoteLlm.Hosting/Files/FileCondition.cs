namespace RemoteLlm.Hosting.Files;

/// <summary>What was found when a file was looked at.</summary>
public enum FileCondition
{
    /// <summary>The file is there and was read.</summary>
    Present,

    /// <summary>There is no such file, or its folder is missing.</summary>
    Missing,

    /// <summary>Something is there that could not be read; <see cref="FileSnapshot.Problem"/> says why.</summary>
    Unreadable,
}
