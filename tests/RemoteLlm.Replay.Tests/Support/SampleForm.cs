using System.Text.Json;
using RemoteLlm.Replay.Matching;

namespace RemoteLlm.Replay.Tests.Support;

/// <summary>Makes the plainest multipart form that a cassette says it answers.</summary>
internal static class SampleForm
{
    /// <summary>What <c>!any</c> is met by: a small file, as audio endpoints are sent.</summary>
    private static readonly byte[] File = [0x52, 0x49, 0x46, 0x46, 0x00, 0xFF, 0x0D, 0x0A, 0x2D, 0x2D];

    public static MultipartFormDataContent For(FormMatcher matcher)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, rule) in matcher.Fields)
        {
            Add(form, name, rule);
        }

        return form;
    }

    private static void Add(MultipartFormDataContent form, string name, BodyRule rule)
    {
        switch (rule)
        {
            case ItemsRule items:
                foreach (var item in items.Items)
                {
                    Add(form, name, item);
                }

                break;
            case EqualRule equal:
                form.Add(new StringContent(equal.Value.ValueKind == JsonValueKind.String ? equal.Value.GetString()! : equal.Value.GetRawText()), name);
                break;
            case ContainsRule contains:
                form.Add(new StringContent(contains.Text), name);
                break;
            case AnyRule:
                form.Add(new ByteArrayContent(File), name, "speech.wav");
                break;
            case AbsentRule:
                break;
            default:
                throw new NotSupportedException($"{rule} cannot be met by a made-up field; a cassette of the repository must say what it wants.");
        }
    }
}
