using System.Security.Cryptography;
using System.Text;
using RemoteLlm.Hosting.Files;

namespace RemoteLlm.Broker.Access.Users;

/// <summary>
/// <c>.users.yaml.edits</c> beside the file: which text became which by an edit of ours, portal or command, as pairs of SHA-256. Whoever follows the file tells by it what people wrote by hand: that is where no chain of pairs
/// leads from the text before to the text after.
/// </summary>
/// <remarks>
/// A pair is written before the file is, by the holder of its <see cref="Hosting.Files.Edited.EditLock"/>; so who sees a text of ours finds its pair. A pair of an edit that was never written, because a process died between,
/// leads to a text that is nowhere. Where it cannot be written the edit is made all the same, and counts as one by hand.
/// </remarks>
internal static class EditTrail
{
    /// <summary>Some hundred edits: more than anybody makes in the second in which a follower looks.</summary>
    private const int MostBytes = 64 * 1024;

    private const int LineLength = (2 * 64) + 2;
    private const int KeptLines = 100;

    /// <summary>The file's name.</summary>
    public const string Name = ".users.yaml.edits";

    /// <summary>Notes an edit that is about to be written; to be called by who holds the file's lock.</summary>
    public static void Note(string folder, string before, string after)
    {
        var path = Path.Combine(folder, Name);
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MostBytes })
                AtomicFile.Write(path, string.Concat(File.ReadLines(path).TakeLast(KeptLines).Select(line => line + "\n")));
            var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = AtomicFile.OwnerOnly;
            using var file = new FileStream(path, options);
            FileOwner.Keep(Path.Combine(folder, UsersFile.Name), file.SafeFileHandle);
            file.Write(Encoding.ASCII.GetBytes($"{HashOf(before)} {HashOf(after)}\n"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Told as an edit by hand, besides what its own audit line says: twice is better than never.
        }
    }

    /// <summary>Whether edits of ours made one text of another: all that lies between, or at least something.</summary>
    public static (bool All, bool Some) Between(string folder, string before, string after)
    {
        var (from, to) = (HashOf(before), HashOf(after));
        List<(string Before, string After)> pairs;
        try
        {
            pairs = [.. AtomicFile.ReadText(Path.Combine(folder, Name)).Split('\n').Where(line => line.Length == LineLength - 1).Select(line => (line[..64], line[65..]))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (false, false);
        }

        // What led to the text before is over; of what came later an unbroken chain must lead to the text after.
        var since = pairs[(pairs.FindLastIndex(pair => pair.After == from) + 1)..];
        var reached = new HashSet<string>(StringComparer.Ordinal) { from };
        foreach (var pair in since.Where(pair => reached.Contains(pair.Before)))
            reached.Add(pair.After);
        return (reached.Contains(to), reached.Count > 1 || since.Exists(pair => pair.After == to));
    }

    private static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
