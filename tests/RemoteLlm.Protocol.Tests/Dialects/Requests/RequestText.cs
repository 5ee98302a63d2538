using System.Text;
using RemoteLlm.Protocol.Dialects.Requests;

namespace RemoteLlm.Protocol.Tests.Dialects.Requests;

/// <summary>Request bodies as text: scanned in pieces, and with an edit made to them.</summary>
internal static class RequestText
{
    /// <summary>A scanner that wants everything and has seen the whole body, which must be acceptable.</summary>
    public static RequestScanner Scan(params IEnumerable<byte[]> pieces)
    {
        var scanner = new RequestScanner(seekFirstMessage: true, seekBillingBlock: true);
        foreach (var piece in pieces)
            scanner.Scan(piece);
        Assert.True(scanner.Finish() == RequestScanState.Complete, scanner.Fault?.Reason);
        return scanner;
    }

    /// <summary>The same for each way to cut the body in two.</summary>
    public static IEnumerable<RequestScanner> AtEverySplit(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        return Enumerable.Range(0, bytes.Length + 1).Select(split => Scan(bytes[..split], bytes[split..]));
    }

    /// <summary>The body as the LLM server gets it, with changes in order and apart from each other.</summary>
    public static string With(string body, IReadOnlyList<RequestEdit> edits)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var (changed, at) = (new List<byte>(), 0L);
        foreach (var edit in edits)
        {
            Assert.True(edit.At >= at && edit.Remove >= 0 && edit.At + edit.Remove <= bytes.Length);
            changed.AddRange(bytes[(int)at..(int)edit.At]);
            changed.AddRange(edit.Insert.ToArray());
            at = edit.At + edit.Remove;
        }

        changed.AddRange(bytes[(int)at..]);
        return Encoding.UTF8.GetString([.. changed]);
    }

    /// <summary>The body as the LLM server gets it.</summary>
    public static string With(string body, RequestEdit? edit)
    {
        if (edit is not { } change)
            return body;
        var bytes = Encoding.UTF8.GetBytes(body);
        return Encoding.UTF8.GetString([.. bytes[..(int)change.At], .. change.Insert.ToArray(), .. bytes[(int)(change.At + change.Remove)..]]);
    }
}
