using System.Text;
using System.Text.Unicode;

namespace RemoteLlm.Protocol.Dialects.Requests.Multipart;

/// <summary>Recognises the names of the fields that matter, and refuses those that some server would take for one of them.</summary>
internal static class FieldName
{
    /// <summary>What the name means; with a fault, when parsers may differ about it.</summary>
    public static (FormField Field, string? Fault) Recognise(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("model"u8))
            return (FormField.Model, null);
        if (name.SequenceEqual("stream"u8))
            return (FormField.Stream, null);
        if (name.IsEmpty)
            return (FormField.Other, "the name of a part is empty");
        return (FormField.Other, FaultOf(name));
    }

    /// <summary>Whether a server that trims names, does not regard their case, or understands <c>name[]</c> would take it for one that matters.</summary>
    public static bool LooksReserved(ReadOnlySpan<byte> name)
    {
        var bracket = name.IndexOf((byte)'[');
        var core = bracket < 0 ? name : name[..bracket];
        while (!core.IsEmpty && !IsNameByte(core[0]))
            core = core[1..];
        while (!core.IsEmpty && !IsNameByte(core[^1]))
            core = core[..^1];
        return Ascii.EqualsIgnoreCase(core, "model"u8) || Ascii.EqualsIgnoreCase(core, "stream"u8);
    }

    private static string? FaultOf(ReadOnlySpan<byte> name)
    {
        // Percent escapes are how browsers write quotes (RFC 7578, section 2), a backslash how mail does, "=?" opens an encoded word (RFC 2047).
        if (name.IndexOfAny("\\%;"u8) >= 0 || name.IndexOf("=?"u8) >= 0)
            return "the name of a part holds '\\', '%', ';' or \"=?\", which servers read differently";
        if (!Utf8.IsValid(name))
            return "the name of a part is not valid UTF-8";

        // RFC 7578, section 4.6: it would give the fields another character set.
        if (Ascii.EqualsIgnoreCase(name, "_charset_"u8))
            return "it has a field \"_charset_\"; send plain UTF-8";

        // The long s folds to an s.
        if (LooksReserved(name) || name.IndexOf("ſ"u8) >= 0)
            return "the name of a part is like \"model\" or \"stream\" but not the same; write it in lower case, with nothing around it";
        return null;
    }

    private static bool IsNameByte(byte value) => char.IsAsciiLetterOrDigit((char)value) || value is (byte)'_' or (byte)'-';
}
