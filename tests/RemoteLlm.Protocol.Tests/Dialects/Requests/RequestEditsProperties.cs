using System.Globalization;
using System.Text;
using System.Text.Json;
using RemoteLlm.Protocol.Dialects.Requests;
using RemoteLlm.Protocol.Tests.Dialects.Json;
using RemoteLlm.Testing;

namespace RemoteLlm.Protocol.Tests.Dialects.Requests;

/// <summary>All changes together, made to any body, give the object that was meant.</summary>
public sealed class RequestEditsProperties
{
    private const int Bodies = 10_000;
    private const string Block = """{"type":"text","text":"x-anthropic-billing-header: 1"}""";

    private static readonly string[] s_names =
        ["model", "model", "name", "seed", "Seed", "\\u0073eed", "top_k", "top_\u212a", "TOP_K", "temperature", "Temperature", "tempera\\u0074ure", "max_tokens", "max_completion_tokens", "stop", "x", "größe", "", "stream_options", "system"];

    // Before and after.
    private static readonly (string, string)[] s_systems =
        [("\"Be brief.\"", "\"Be brief.\""), ($"[ {Block} , {{\"text\":\"b\"}}]", "[{\"text\":\"b\"}]"), ($"[{Block}]", "[]"), ("\"x-anthropic-billing-header: 1\\n\\nb\"", "\"b\""), ("null", "null"), ("[]", "[]")];

    private static readonly (string, string)[] s_options =
        [("{}", "{\"include_usage\":true}"), ("null", "{\"include_usage\":true}"), ("{\"a\":[1]}", "{\"a\":[1],\"include_usage\":true}"), ("{\"include_usage\":false}", "{\"include_usage\":false}"), ("7", "7")];

    [Fact]
    public void The_server_gets_what_was_meant()
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Draws.Seed}");
        var made = 0;
        for (var seed = Draws.Seed; seed < Draws.Seed + Bodies; seed++)
        {
            var random = new Random(seed);
            var (body, members) = (DrawBody(seed, random), DrawMembers(random, out var forced, out var defaults));
            var scanner = new RequestScanner(seekBillingBlock: true, modelAlias: "name", watched: WatchedMembers.Of([members, DrawMembers(random, out _, out _)]));
            foreach (var piece in new RandomJson(seed).Split(Encoding.UTF8.GetBytes(body)))
                scanner.Scan(piece);
            if (scanner.Finish() != RequestScanState.Complete)
                continue;
            List<RequestEdit?> all = [.. scanner.ModelEdits("new/ü")!, scanner.UsageRequest, .. members.Edits(scanner), scanner.BillingBlock];
            random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(all));
            var changed = RequestText.With(body, RequestEdits.Combine(scanner, all));

            var expected = Expected(body, forced, defaults);
            var actual = Read(changed);
            Assert.True(Same(expected, actual), $"seed {seed}: {body} became {changed}");

            // To a server that does not regard case the owner's word counts too.
            foreach (var (name, json) in forced)
                Assert.True(IsSame(json, actual.Last(member => Folded(member.Name) == name).Json), $"seed {seed}: {body} became {changed}");
            made++;
        }

        Assert.InRange(made, Bodies / 2, Bodies);
    }

    private static string DrawBody(int seed, Random random)
    {
        var json = new RandomJson(seed);
        var members = Enumerable.Range(0, random.Next(9)).Select(_ =>
        {
            var name = s_names[random.Next(s_names.Length)];
            var value = name switch
            {
                "system" => s_systems[random.Next(s_systems.Length)].Item1,
                "stream_options" => s_options[random.Next(s_options.Length)].Item1,
                "model" => random.Next(3) == 0 ? "\"new/ü\"" : "\"old\"",
                _ => random.Next(4) == 0 ? "null" : Encoding.UTF8.GetString(json.Document()),
            };
            return $"\"{name}\"{(random.Next(4) == 0 ? " " : "")}:{value}";
        });
        return (random.Next(4) == 0 ? "\n " : "") + "{" + string.Join(random.Next(2) == 0 ? "," : " , ", members) + "}";
    }

    private static RequestMembers DrawMembers(Random random, out List<RequestMember> forced, out List<RequestMember> defaults)
    {
        string[] names = ["seed", "top_k", "temperature", "max_tokens", "usage", "größe"];
        random.Shuffle(names);
        var (first, second) = (random.Next(3), random.Next(4));
        forced = [.. names[..first].Select((name, i) => new RequestMember(name, i == 0 ? "{\"a\": [1,2] }" : "42"))];
        defaults = [.. names[first..(first + second)].Select(name => new RequestMember(name, "\"d\""))];
        Assert.True(RequestMembers.TryCreate(forced, defaults, out var members, out _));
        return members;
    }

    private static List<RequestMember> Expected(string body, List<RequestMember> forced, List<RequestMember> defaults)
    {
        var members = Read(body);
        Put("model", "\"new/ü\"", insert: !members.Exists(member => member.Name is "model" or "name"));
        Put("name", "\"new/ü\"", insert: false);
        var limited = members.FindLast(member => member.Name == "max_tokens").Json is not (null or "null") || members.FindLast(member => member.Name == "max_completion_tokens").Json is not (null or "null");
        foreach (var (name, json) in forced)
            Put(name, json, insert: true);
        foreach (var (name, json) in defaults)
        {
            if (members.TrueForAll(member => Folded(member.Name) != name || member.Json == "null") && !(name == "max_tokens" && limited))
                Put(name, json, insert: true);
        }

        Replace("system", s_systems);
        Replace("stream_options", s_options);
        if (!members.Exists(member => member.Name == "stream_options"))
            members.Add(new("stream_options", s_options[0].Item2));
        return members;

        void Put(string name, string json, bool insert)
        {
            members = [.. members.Select(member => Folded(member.Name) == name ? member with { Json = json } : member)];
            if (insert && !members.Exists(member => member.Name == name))
                members.Insert(0, new(name, json));
        }

        void Replace(string name, (string Before, string After)[] cases)
        {
            var at = members.FindLastIndex(member => member.Name == name);
            if (at >= 0)
                members[at] = members[at] with { Json = cases.First(one => IsSame(one.Before, members[at].Json)).After };
        }
    }

    private static string Folded(string name) => name.Replace('\u212a', 'k').ToLowerInvariant();

    private static bool Same(List<RequestMember> expected, List<RequestMember> actual) =>
        expected.Select(member => member.Name).ToHashSet().SetEquals(actual.Select(member => member.Name)) && expected.TrueForAll(member =>
            IsSame(expected.FindLast(other => other.Name == member.Name).Json, actual.FindLast(other => other.Name == member.Name).Json));

    private static bool IsSame(string json, string other)
    {
        using var first = JsonDocument.Parse(json);
        using var second = JsonDocument.Parse(other);
        return json == other || Canonical(first.RootElement) == Canonical(second.RootElement);
    }

    // Numbers and half surrogate pairs are compared as they are written: nothing of the client's is written anew.
    private static string Canonical(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(',', element.EnumerateObject().Select(member => $"{RawName(member)}:{Canonical(member.Value)}").Order(StringComparer.Ordinal)) + "}",
        JsonValueKind.Array => "[" + string.Join(',', element.EnumerateArray().Select(Canonical)) + "]",
        _ => element.GetRawText(),
    };

    private static string RawName(JsonProperty member) => member.ToString()[..(member.ToString().Length - member.Value.GetRawText().Length)];

    private static List<RequestMember> Read(string body)
    {
        using var document = JsonDocument.Parse(body);
        return [.. document.RootElement.EnumerateObject().Select(member => new RequestMember(member.Name, member.Value.GetRawText()))];
    }
}
