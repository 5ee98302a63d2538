using RemoteLlm.Replay.Matching;

namespace RemoteLlm.Replay.Cassettes;

/// <summary>Writes a multipart form as the rules that it is met by.</summary>
internal static class FormWriter
{
    /// <summary>Texts as they are; files, and what else is no text to read, as a digest. A field that comes several times becomes a list.</summary>
    public static void Write(YamlText yaml, IReadOnlyList<FormField> form)
    {
        yaml.StartMembers();
        foreach (var field in form.GroupBy(field => field.Name, StringComparer.Ordinal).Select(group => group.ToArray()))
        {
            yaml.Name(field[0].Name);
            if (field is [var only])
            {
                Write(yaml, only);
                continue;
            }

            yaml.StartItems();
            foreach (var part in field)
            {
                Write(yaml, part);
            }

            yaml.EndItems();
        }

        yaml.EndMembers();
    }

    private static void Write(YamlText yaml, FormField field)
    {
        if (field.IsFile || field.Text() is not { Length: <= BodyRuleWriter.LongestText } text)
        {
            yaml.Tagged("!sha256", Digest.Of(field.Bytes.Span));
            return;
        }

        yaml.Quoted(text);
    }
}
