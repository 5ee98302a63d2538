using System.Text.Json;
using RemoteLlm.Connector.Servers.Registry.Json;
using RemoteLlm.Protocol.Dialects.Requests;

namespace RemoteLlm.Connector.Servers.Registry.Reading;

/// <summary>Members that requests to a server get: always (<c>body</c>), or where the client is silent (<c>defaults</c>).</summary>
internal static class BodyFields
{
    private const int MaxMembers = RequestMembers.MostNames;

    /// <summary>64 Ki characters a member: a schema or a chat template, not a document.</summary>
    private const int LongestValue = 64 * 1024;

    public static IReadOnlyList<BodyMember> ReadBody(JsonFields server)
    {
        var body = new List<BodyMember>();
        foreach (var member in server.Map("body", MaxMembers))
        {
            if (IsTaken(server, "body", member))
                body.Add(new BodyMember(member.Name, CanonicalJson.Of(member.Value)));
        }

        return body;
    }

    public static IReadOnlyList<BodyMember> ReadDefaults(JsonFields server, IReadOnlyList<BodyMember> body)
    {
        var defaults = new List<BodyMember>();
        foreach (var member in server.Map("defaults", MaxMembers))
        {
            var path = JsonPath.Member(server.PathOf("defaults"), member.Name);
            if (!IsTaken(server, "defaults", member) || member.Value.Kind == JsonValueKind.Null)
                continue;
            if (GenerationRanges.Find(member.Name) is not { } range)
                server.Problems.Warn(member.Line, member.Column, $"{path} is no parameter that is known here; it is passed on as it is.{GenerationRanges.Meant(member.Name)}");
            else if (!range.Allows(member.Value))
                server.Problems.Error(member.Value.Line, member.Value.Column, $"{path} must be {range.Expected}.");
            if (body.Any(always => always.Name == member.Name))
                server.Problems.Warn(member.Line, member.Column, $"{path} has no effect: body sets {member.Name} in every request. Remove one of the two.");
            defaults.Add(new BodyMember(member.Name, CanonicalJson.Of(member.Value)));
        }

        if (!RequestMembers.TryCreate(Members(body), Members(defaults), out _, out var problem))
            server.Problems.Error(server.Node.Line, server.Node.Column, $"{JsonPath.Member(server.Path, "body")} and {JsonPath.Member(server.Path, "defaults")} cannot be used: {problem}.");
        return defaults;
    }

    private static List<RequestMember> Members(IReadOnlyList<BodyMember> members) => [.. members.Select(static member => new RequestMember(member.Name, member.Json))];

    private static bool IsTaken(JsonFields server, string where, PlacedMember member)
    {
        var path = JsonPath.Member(server.PathOf(where), member.Name);
        if (RequestMembers.ReservedMembers.Contains(member.Name, StringComparer.OrdinalIgnoreCase))
            server.Problems.Error(member.Line, member.Column, $"{path} is for the client to say; remove it.");
        else if (member.Value.End - member.Value.Start > LongestValue)
            server.Problems.Error(member.Value.Line, member.Value.Column, $"{path} is longer than {LongestValue} characters; shorten it.");
        else
            return true;
        return false;
    }
}
