namespace RemoteLlm.Protocol.Dialects.Requests;

/// <summary>Makes one list of changes to a body out of several.</summary>
public static class RequestEdits
{
    /// <summary>
    /// The changes in the order of the body, apart from each other. One within what another replaces is of no effect; of two at the same place the earlier argument comes first, and
    /// replaces. Changes that put members into an object that has none are given without the last comma.
    /// </summary>
    /// <param name="scan">Has seen the whole body.</param>
    /// <param name="edits">The changes, in any order; null is none.</param>
    /// <exception cref="ArgumentException">Two replace parts of each other: no two of the same body's do.</exception>
    public static IReadOnlyList<RequestEdit> Combine(IRequestScanner scan, params IEnumerable<RequestEdit?> edits)
    {
        var ordered = edits.OfType<RequestEdit>().OrderBy(edit => edit.At).ThenBy(edit => edit.Remove == 0 ? long.MinValue : -edit.Remove);
        var combined = new List<RequestEdit>();
        long end = 0;
        foreach (var edit in ordered)
        {
            if (edit.At < end)
            {
                if (edit.At + edit.Remove > end)
                    throw new ArgumentException("Two changes to a body replace parts of each other.", nameof(edits));
                continue;
            }

            combined.Add(edit);
            end = edit.At + edit.Remove;
        }

        if (combined.Count > 0 && scan is RequestScanner { HasMembers: false } json && combined[^1] is { Remove: 0 } last && last.At == json.ObjectStart && last.Insert.Span.EndsWith(","u8))
            combined[^1] = last with { Insert = last.Insert[..^1] };
        return combined;
    }
}
