using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Broker.Access.Users.Texts;

/// <summary>What was read of a tree, in parts, so that a part can be read anew.</summary>
/// <param name="Errors">Why the file is not taken; empty when it is.</param>
/// <param name="Defaults">The limits of who has none of his own.</param>
/// <param name="Users">The users with what is odd in their entries, in the order of the file.</param>
/// <param name="Before">What is odd outside the entries and told before them.</param>
/// <param name="After">What is odd outside the entries and told after them.</param>
internal sealed record ReadUsers(
    IReadOnlyList<FileProblem> Errors, UserLimits Defaults, IReadOnlyList<(UserRecord User, IReadOnlyList<FileProblem> Warnings)> Users, IReadOnlyList<FileProblem> Before, IReadOnlyList<FileProblem> After);
