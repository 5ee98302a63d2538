using System.Globalization;
using System.Text.Json;

namespace RemoteLlm.Replay.Matching;

/// <summary>A multipart form by its fields. Fields that no rule names are not looked at.</summary>
/// <param name="Fields">What each named field must be.</param>
internal sealed record FormMatcher(IReadOnlyList<KeyValuePair<string, BodyRule>> Fields) : BodyMatcher
{
    /// <inheritdoc/>
    public override int Weight => 1 + Fields.Sum(wanted => wanted.Value.Weight);

    /// <inheritdoc/>
    public override void Check(IncomingRequest request, List<Mismatch> found)
    {
        if (request.Form is not { } form)
        {
            found.Add(new Mismatch("body", "a multipart form", request.Body.Length == 0 ? "no body" : "something else"));
            return;
        }

        foreach (var (name, rule) in Fields)
        {
            CheckField(rule, [.. form.Where(field => field.Name == name)], name, found);
        }
    }

    private static void CheckField(BodyRule rule, FormField[] sent, string at, List<Mismatch> found)
    {
        switch (rule)
        {
            // Of the bytes: a file is no text.
            case DigestRule digest when sent is not [var only] || Digest.Of(only.Bytes.Span) != digest.Sha256:
                found.Add(new Mismatch(at, $"SHA-256 {digest.Sha256}", sent.Length == 0 ? "nothing" : "another value"));
                break;
            case DigestRule:
                break;
            case ItemsRule items when items.Items.Count == sent.Length:
                for (var index = 0; index < sent.Length; index++)
                {
                    CheckField(items.Items[index], [sent[index]], string.Create(CultureInfo.InvariantCulture, $"{at}[{index}]"), found);
                }

                break;
            case ItemsRule items:
                found.Add(new Mismatch(at, Times(items.Items.Count), Times(sent.Length)));
                break;
            default:
                rule.Check(Value(rule, sent), at, found);
                break;
        }
    }

    private static JsonElement? Value(BodyRule rule, FormField[] sent) => sent switch
    {
        [] => null,
        [var only] => Value(rule, only),
        _ => JsonSerializer.SerializeToElement(sent.Select(field => field.Text())),
    };

    /// <summary>A form knows only texts, so a rule about a number, a truth value or members reads the text as JSON.</summary>
    private static JsonElement Value(BodyRule rule, FormField field)
    {
        if (rule is AnyRule or AbsentRule || field.Text() is not { } text)
        {
            return JsonSerializer.SerializeToElement(string.Create(CultureInfo.InvariantCulture, $"{field.Bytes.Length} bytes"));
        }

        if (rule is EqualRule { Value.ValueKind: not JsonValueKind.String } or MembersRule && IncomingRequest.ParseJson(field.Bytes) is { } json)
        {
            return json;
        }

        return JsonSerializer.SerializeToElement(text);
    }

    private static string Times(int count) => string.Create(CultureInfo.InvariantCulture, $"the field {count} times");
}
