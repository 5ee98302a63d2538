using Microsoft.AspNetCore.Http;
using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Broker.Portal;

/// <summary>What an edit of the access files answered, in the words and numbers of pages. An edit's own messages speak of commands and files.</summary>
internal static class EditAnswers
{
    /// <summary>Why it was not done, for people.</summary>
    /// <param name="outcome">What came of it.</param>
    /// <param name="conflict">What a conflict means here; null for something general.</param>
    public static string Sentence(EditOutcome outcome, string? conflict = null) => outcome.Status switch
    {
        EditStatus.NotFound => "It is not there any more: somebody else was faster, or the file was edited.",
        EditStatus.Conflict => conflict ?? "That does not fit what is there now. Look at it again.",
        EditStatus.Invalid => outcome.Message,
        EditStatus.BrokenFile => "The broker's file has a mistake, or a form that cannot be changed from here. Nothing was changed; an operator has to look at it (Settings says where).",
        EditStatus.Busy => "Others are writing the broker's file all the time. Nothing was changed; try again.",
        _ => "The broker cannot write its file. Nothing was changed; an operator has to look at it.",
    };

    /// <summary>The status of the page that says so.</summary>
    public static int Code(EditOutcome outcome) => outcome.Status switch
    {
        EditStatus.NotFound => StatusCodes.Status404NotFound,
        EditStatus.Conflict => StatusCodes.Status409Conflict,
        EditStatus.Invalid => StatusCodes.Status400BadRequest,
        _ => StatusCodes.Status503ServiceUnavailable,
    };
}
