namespace RemoteLlm.Hosting.Files.Edited;

/// <summary>
/// Read, edit, write back, without losing what anybody else wrote. Processes of ours take turns by <see cref="EditLock"/>. Editors of people know no lock:
/// therefore the file is read again just before it is replaced, and when it is not what was edited, the edit is made anew on what is there now.
/// What remains is an editor that saves in the milliseconds between that look and the rename; no file system call compares and renames in one.
/// </summary>
public static class GuardedEdit
{
    private const int MaximumAttempts = 10;

    /// <summary>Edits the file, which is made from a template where it is missing.</summary>
    /// <param name="path">The file; its folder is made if missing.</param>
    /// <param name="template">The text of a new file.</param>
    /// <param name="edit">Makes the new text of the old one; called again when the file changed meanwhile.</param>
    /// <param name="time">The clock of the wait for others.</param>
    /// <param name="cancellationToken">Ends the wait for others.</param>
    /// <param name="writing">Called with the text before and the text after, when the second is about to be written.</param>
    public static async Task<EditOutcome> Apply(
        string path, string template, Func<string, TextEdit> edit, TimeProvider time, CancellationToken cancellationToken, Action<string, string>? writing = null)
    {
        try
        {
            PrivateFolder.Ensure(Path.GetDirectoryName(Path.GetFullPath(path))!);
            using var turn = await EditLock.Acquire(path, time, cancellationToken);
            return turn is null ? Busy(path) : ApplyInTurn(path, template, edit, writing);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new EditOutcome(EditStatus.Inaccessible, $"{path} cannot be written: {e.Message}");
        }
    }

    private static EditOutcome ApplyInTurn(string path, string template, Func<string, TextEdit> edit, Action<string, string>? writing)
    {
        for (var attempt = 0; attempt < MaximumAttempts; attempt++)
        {
            var before = FileSnapshot.Read(path);
            if (before.Condition == FileCondition.Unreadable)
            {
                return new EditOutcome(EditStatus.Inaccessible, $"{path} cannot be read: {before.Problem}");
            }

            if (FileText.Decode(before) is not { } text)
            {
                return new EditOutcome(EditStatus.BrokenFile, $"{path} is not UTF-8 text; save it as UTF-8.");
            }

            var old = before.Condition == FileCondition.Missing ? template : text.Text;
            var edited = edit(old);
            if (edited.Text is null)
            {
                return edited.Outcome;
            }

            // What would not be read again is not written.
            var bytes = (text with { Text = edited.Text }).Encode();
            if (bytes.Length > FileSnapshot.MaximumLength)
            {
                return new EditOutcome(EditStatus.Inaccessible, $"{path} would be larger than {FileSnapshot.MaximumLength / (1024 * 1024)} MiB, which is not read any more; take entries out first.");
            }

            var now = FileSnapshot.Read(path);
            if (now.Condition == before.Condition && now.Bytes.Span.SequenceEqual(before.Bytes.Span))
            {
                writing?.Invoke(old, edited.Text);
                AtomicFile.Write(path, bytes);
                return edited.Outcome;
            }
        }

        return Busy(path);
    }

    private static EditOutcome Busy(string path) => new(EditStatus.Busy, $"{path} is being written by others all the time; try again.");
}
