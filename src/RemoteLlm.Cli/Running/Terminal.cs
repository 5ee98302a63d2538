namespace RemoteLlm.Cli.Running;

/// <summary>Who is asked when a command has a question.</summary>
/// <param name="IsThere">Whether a person sits at it; a script gets no questions.</param>
/// <param name="ReadLine">One line of the person's; null at the end of input.</param>
internal sealed record Terminal(bool IsThere, Func<string?> ReadLine)
{
    /// <summary>The process's.</summary>
    public static Terminal OfProcess { get; } = new(!Console.IsInputRedirected && !Console.IsErrorRedirected, Console.ReadLine);

    /// <summary>Asks for a yes; anything else is a no.</summary>
    public bool Confirms(TextWriter output, string question)
    {
        output.Write($"{question} [y/N] ");
        return ReadLine()?.Trim() is "y" or "Y" or "yes" or "Yes";
    }
}
