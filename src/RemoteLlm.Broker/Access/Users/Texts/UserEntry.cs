using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Broker.Access.Users.Texts;

/// <summary>One user's entry in <c>users.yaml</c>: where it begins and what it means. Its lines go on to the next entry's dash, with all comments between.</summary>
/// <param name="Start">Where the line of its dash begins.</param>
/// <param name="Line">That line's number, from 1.</param>
/// <param name="User">What it means, without keys of the environment.</param>
/// <param name="Warnings">What is odd in it; their lines are counted from 0, the line of the dash.</param>
internal readonly record struct UserEntry(int Start, int Line, UserRecord User, IReadOnlyList<FileProblem> Warnings);
