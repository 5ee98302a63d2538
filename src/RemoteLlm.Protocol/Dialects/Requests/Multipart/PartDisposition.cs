using System.Text;

namespace RemoteLlm.Protocol.Dialects.Requests.Multipart;

/// <summary>What the <c>Content-Disposition</c> of a part says (RFC 7578, section 4.2).</summary>
/// <param name="Field">What the part is to us.</param>
/// <param name="HasFileName">Whether it is a file.</param>
/// <param name="Fault">Why it cannot be accepted; null when it can.</param>
internal readonly record struct PartDisposition(FormField Field, bool HasFileName, string? Fault)
{
    /// <summary>Reads the header's value.</summary>
    public static PartDisposition Parse(ReadOnlySpan<byte> header)
    {
        var parameters = new HeaderParameters(header, HeaderParameters.Token);
        if (!Ascii.EqualsIgnoreCase(parameters.Type, "form-data"u8))
            return Refused("the Content-Disposition of a part is not \"form-data\"");

        var (field, named, fileName, extendedFileName) = (FormField.Other, false, false, false);
        while (parameters.Read())
        {
            if (parameters.Name.SequenceEqual("name"u8))
            {
                (field, var fault) = FieldName.Recognise(parameters.Value);
                if (fault is not null)
                    return Refused(fault);
                if (named)
                    return Refused("a part has two names");
                named = true;
                continue;
            }

            if (Ascii.EqualsIgnoreCase(parameters.Name, "filename"u8) && !fileName)
                fileName = true;
            else if (Ascii.EqualsIgnoreCase(parameters.Name, "filename*"u8) && !extendedFileName)
                extendedFileName = true;
            else if (IsOddName(parameters.Name))
                return Refused("the Content-Disposition of a part has a parameter twice, in parts, or in an encoding or case that servers read differently, such as \"name*\"");

            // Who searches for name="…" finds the end of filename="…" first.
            if (HidesName(parameters.Value) || (!named && FieldName.LooksReserved(parameters.Value)))
                return Refused("a parameter of the Content-Disposition of a part can be mistaken for its name");
        }

        if (parameters.IsMalformed)
            return Refused("the Content-Disposition of a part is malformed, or has an escaped quote");
        return named ? new(field, fileName || extendedFileName, null) : Refused("a part has no name");
    }

    private static bool IsOddName(ReadOnlySpan<byte> name) =>
        name.Contains((byte)'*') || Ascii.EqualsIgnoreCase(name, "name"u8) || Ascii.EqualsIgnoreCase(name, "filename"u8);

    /// <summary>cpp-httplib cuts a header at every semicolon, quoted or not: a file name can bring a name along.</summary>
    private static bool HidesName(ReadOnlySpan<byte> value)
    {
        for (var semicolon = value.IndexOf((byte)';'); semicolon >= 0; semicolon = value.IndexOf((byte)';'))
        {
            value = value[(semicolon + 1)..].TrimStart(" \t"u8);
            if (value.Length >= 4 && Ascii.EqualsIgnoreCase(value[..4], "name"u8))
                return true;
        }

        return false;
    }

    private static PartDisposition Refused(string fault) => new(FormField.Other, false, fault);
}
