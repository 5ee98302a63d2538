using System.Text.Json;

namespace RemoteLlm.Replay.Matching;

/// <summary>The requests that one cassette answers.</summary>
/// <param name="Method">HTTP method, upper case.</param>
/// <param name="Path">Decoded path, compared exactly.</param>
/// <param name="Query">Parameters that must be there; others are not looked at.</param>
/// <param name="Body">What the body must be; null looks at no body.</param>
internal sealed record RequestMatcher(string Method, string Path, IReadOnlyList<KeyValuePair<string, string>> Query, BodyMatcher? Body)
{
    /// <summary>How specific it is; of several matching cassettes the heaviest answers.</summary>
    public int Weight => (2 * Query.Count) + (Body?.Weight ?? 0);

    /// <summary>Where the request differs; empty when it matches.</summary>
    public IReadOnlyList<Mismatch> Compare(IncomingRequest request)
    {
        var found = new List<Mismatch>();
        if (!string.Equals(Method, request.Method, StringComparison.OrdinalIgnoreCase))
        {
            found.Add(new Mismatch("method", Method, request.Method));
        }

        if (Path != request.Path)
        {
            found.Add(new Mismatch("path", Path, Mismatch.Shorten(request.Path)));
        }

        if (found.Count > 0)
        {
            // Another address altogether: how the bodies differ says nothing.
            return found;
        }

        foreach (var wanted in Query)
        {
            if (!request.Query.Contains(wanted))
            {
                found.Add(new Mismatch("query", $"{wanted.Key}={wanted.Value}", "no such parameter"));
            }
        }

        Body?.Check(request, found);
        return found;
    }

    /// <summary>The model that the matcher names, if it names exactly one.</summary>
    public string? Model
    {
        get
        {
            var members = Body switch
            {
                JsonBodyMatcher { Rule: MembersRule rule } => rule.Members,
                FormMatcher form => form.Fields,
                _ => [],
            };
            return members.FirstOrDefault(member => member.Key == "model").Value is EqualRule { Value.ValueKind: JsonValueKind.String } model ? model.Value.GetString() : null;
        }
    }
}
