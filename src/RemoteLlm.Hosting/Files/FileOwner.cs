using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace RemoteLlm.Hosting.Files;

/// <summary>
/// Keeps a replaced file with its owner. An operator's <c>sudo remotellm keys issue</c> writes as root: a file of mode 600 that then belonged to
/// root would lock the service out. Linux only; elsewhere, and for whoever is not root, the writer owns what it writes.
/// </summary>
public static partial class FileOwner
{
    // Source: statx(2). The layout of its answer is the same on every architecture, unlike that of stat.
    private const int CurrentFolder = -100;
    private const uint WantOwner = 0x8 | 0x10;
    private const int AnswerSize = 256;
    private const int UserAt = 20;
    private const int GroupAt = 24;

    /// <summary>Gives <paramref name="file"/> the owner of <paramref name="target"/>, or of its folder while it does not exist.</summary>
    /// <exception cref="IOException">The system refused.</exception>
    public static void Keep(string target, SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
            return;
        Span<byte> answer = stackalloc byte[AnswerSize];
        if (Look(CurrentFolder, target, 0, WantOwner, answer) != 0 && Look(CurrentFolder, Path.GetDirectoryName(target)!, 0, WantOwner, answer) != 0)
            return;
        var (user, group) = (Number(answer, UserAt), Number(answer, GroupAt));
        if (ChangeOwner((int)file.DangerousGetHandle(), user, group) != 0)
            throw new IOException($"{target} cannot be kept with its owner (user {user}): run this as that user.");
    }

    private static uint Number(ReadOnlySpan<byte> answer, int at) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(answer[at..]) : BinaryPrimitives.ReadUInt32BigEndian(answer[at..]);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Look(int folder, string path, int flags, uint mask, Span<byte> answer);

    [LibraryImport("libc", EntryPoint = "fchown")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ChangeOwner(int descriptor, uint user, uint group);
}
