using RemoteLlm.Hosting.Files;
using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Cli.Commands;

/// <summary>What the access files answered, in the terms of the command line.</summary>
internal static class AccessFileAnswers
{
    /// <summary>Ends the command unless the file says now what was asked.</summary>
    public static EditOutcome OrFail(this EditOutcome outcome) => outcome.IsDone
        ? outcome
        : throw new CommandException(outcome.Message, outcome.Status is EditStatus.Invalid or EditStatus.BrokenFile ? ExitCodes.Usage : ExitCodes.Failed);

    /// <summary>The content of a file in the data folder; ends the command where there is none or it has an error.</summary>
    public static T Read<T>(string folder, string name, Func<string, FileReading<T>> parse)
        where T : class
    {
        var path = Path.Combine(folder, name);
        var snapshot = FileSnapshot.Read(path);
        return snapshot.Condition switch
        {
            FileCondition.Missing => throw new CommandException($"There is no {path}. Say --data with the broker's folder; the broker makes the file when it starts."),
            FileCondition.Unreadable => throw new CommandException($"{path} cannot be read: {snapshot.Problem}"),
            _ => Good(parse(snapshot.Text)),
        };
    }

    /// <summary>A moment in UTC for a table.</summary>
    public static string Show(this DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", System.Globalization.CultureInfo.InvariantCulture) ?? "-";

    private static T Good<T>(FileReading<T> reading)
        where T : class => reading.Content ?? throw CommandException.Usage($"{reading.Errors[0]} Correct that first.");
}
