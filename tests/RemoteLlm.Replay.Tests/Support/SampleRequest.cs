using System.Text;
using System.Text.Json;
using RemoteLlm.Replay.Matching;

namespace RemoteLlm.Replay.Tests.Support;

/// <summary>Makes the plainest request that a cassette says it answers.</summary>
internal static class SampleRequest
{
    public static HttpRequestMessage For(RequestMatcher matcher)
    {
        var query = string.Join('&', matcher.Query.Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}"));
        var request = new HttpRequestMessage(new HttpMethod(matcher.Method), matcher.Path + (query.Length > 0 ? "?" + query : ""));
        request.Content = matcher.Body switch
        {
            TextBodyMatcher { Text: "" } or null => null,
            TextBodyMatcher text => Content(text.Text),
            JsonBodyMatcher json => Content(Json(json.Rule)),
            FormMatcher form => SampleForm.For(form),
            _ => throw new NotSupportedException($"{matcher.Body} cannot be met by a made-up request; a cassette of the repository must say what it wants."),
        };
        return request;
    }

    private static StringContent Content(string json) => new(json, Encoding.UTF8, "application/json");

    private static string Json(BodyRule rule)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, rule);
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void Write(Utf8JsonWriter writer, BodyRule rule)
    {
        switch (rule)
        {
            case MembersRule members:
                writer.WriteStartObject();
                foreach (var (name, value) in members.Members.Where(member => member.Value is not AbsentRule))
                {
                    writer.WritePropertyName(name);
                    Write(writer, value);
                }

                writer.WriteEndObject();
                break;
            case ItemsRule items:
                writer.WriteStartArray();
                foreach (var item in items.Items)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case EqualRule equal:
                equal.Value.WriteTo(writer);
                break;
            case ContainsRule contains:
                writer.WriteStringValue(contains.Text);
                break;
            case AnyRule:
                writer.WriteStringValue("anything");
                break;
            case AbsentRule:
                writer.WriteNullValue();
                break;
            default:
                throw new NotSupportedException($"{rule} cannot be met by a made-up value; a cassette of the repository must say what it wants.");
        }
    }
}
