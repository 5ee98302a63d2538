using System.Text;
using RemoteLlm.Protocol.Dialects.Requests;
using RemoteLlm.Testing;

namespace RemoteLlm.Protocol.Tests.Dialects.Requests;

/// <summary>What an owner wants in a body gets there, and nothing else is changed.</summary>
public sealed class RequestMembersTests
{
    private static readonly RequestMembers s_members = Members([new("usage", """{"include":true}"""), new("top_k", "40")], [new("temperature", "0.7"), new("max_tokens", "99")]);

    [Theory]
    [InlineData("{}", """{"usage":{"include":true},"top_k":40,"temperature":0.7,"max_tokens":99}""")]
    [InlineData(" { } ", """ {"usage":{"include":true},"top_k":40,"temperature":0.7,"max_tokens":99 } """)]
    [InlineData("""{"x":1}""", """{"usage":{"include":true},"top_k":40,"temperature":0.7,"max_tokens":99,"x":1}""")]
    [InlineData("""{"top_k":1,"usage":{"a":[{}]},"temperature":0,"max_tokens":1}""", """{"top_k":40,"usage":{"include":true},"temperature":0,"max_tokens":1}""")]
    [InlineData("""{"top_k":true,"usage":null,"top_k" : -1.5e3 ,"temperature":null,"max_tokens":1}""", """{"top_k":40,"usage":{"include":true},"top_k" : 40 ,"temperature":0.7,"max_tokens":1}""")]
    [InlineData("""{"usage":[],"top_k":"a\"","temperature":1,"temperature":null,"max_completion_tokens":1}""", """{"usage":{"include":true},"top_k":40,"temperature":1,"temperature":null,"max_completion_tokens":1}""")]
    [InlineData("""{"Usage":1,"top_\u212a":3,"Temperature":1,"MAX_TOKENS":2}""", """{"usage":{"include":true},"top_k":40,"Usage":{"include":true},"top_\u212a":40,"Temperature":1,"MAX_TOKENS":2}""")]
    [InlineData("""{"top_k":1,"Top_K":2,"usage":false,"Temperature":null,"max_output_tokens":5}""", """{"temperature":0.7,"top_k":40,"Top_K":40,"usage":{"include":true},"Temperature":0.7,"max_output_tokens":5}""")]
    [InlineData("""{"x":{"top_k":1,"usage":2},"us\u0061ge":0,"top_k":[[1]],"temperature":0,"max_tokens":1}""", """{"x":{"top_k":1,"usage":2},"us\u0061ge":{"include":true},"top_k":40,"temperature":0,"max_tokens":1}""")]
    public void They_are_put_in_at_every_split(string body, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        for (var split = 0; split <= bytes.Length; split++)
        {
            var scanner = new RequestScanner(watched: WatchedMembers.Of([s_members]));
            scanner.Scan(bytes.AsSpan(0, split));
            scanner.Scan(bytes.AsSpan(split));
            Assert.Equal(RequestScanState.Complete, scanner.Finish());
            Assert.Equal(expected, RequestText.With(body, RequestEdits.Combine(scanner, [.. s_members.Edits(scanner)])));
        }
    }

    [Fact]
    public void One_list_serves_several_servers()
    {
        var (first, second) = (Members([new("a", "1")], []), Members([], [new("B", "2")]));
        var scanner = new RequestScanner(watched: WatchedMembers.Of([first, second, Members([new("b", "3")], [])]));
        const string Body = """{"a":0,"b":null}""";
        scanner.Scan(Encoding.UTF8.GetBytes(Body));

        Assert.Equal("""{"a":1,"b":null}""", RequestText.With(Body, RequestEdits.Combine(scanner, [.. first.Edits(scanner)])));
        Assert.Equal("""{"B":2,"a":0,"b":2}""", RequestText.With(Body, RequestEdits.Combine(scanner, [.. second.Edits(scanner)])));
        Assert.Throws<InvalidOperationException>(() => Members([new("c", "1")], []).Edits(scanner));
    }

    [Fact]
    public void What_replaces_a_member_replaces_also_what_was_to_be_taken_out_of_it()
    {
        const string Body = """{"system":[{"type":"text","text":"x-anthropic-billing-header: 1"},{"type":"text","text":"b"}],"model":"m"}""";
        var members = Members([new("system", "\"Be brief.\"")], []);
        var scanner = new RequestScanner(seekBillingBlock: true, watched: WatchedMembers.Of([members]));
        scanner.Scan(Encoding.UTF8.GetBytes(Body));

        Assert.NotNull(scanner.BillingBlock);
        Assert.Equal("""{"system":"Be brief.","model":"m"}""", RequestText.With(Body, RequestEdits.Combine(scanner, [scanner.BillingBlock, .. members.Edits(scanner), null])));
    }

    [Theory]
    [InlineData("model", "\"x\"")]
    [InlineData("Stream", "true")]
    [InlineData("stream_options", "{}")]
    [InlineData("messages", "[]")]
    [InlineData("input", "1")]
    [InlineData("PROMPT", "1")]
    [InlineData("", "1")]
    [InlineData("x", "")]
    [InlineData("x", "1,\"model\":2")]
    [InlineData("x", "nul")]
    public void What_cannot_be_put_into_every_body_is_refused(string name, string json)
    {
        Assert.False(RequestMembers.TryCreate([new(name, json)], [], out _, out var problem));
        Assert.NotNull(problem);
        Assert.False(RequestMembers.TryCreate([], [new("a", "1"), new(name, json)], out _, out _));
    }

    [Fact]
    public void Too_many_or_the_same_twice_or_half_a_character_are_refused()
    {
        var many = Enumerable.Range(0, RequestMembers.MostNames + 1).Select(i => new RequestMember($"x{i}", "1")).ToList();

        Assert.True(RequestMembers.TryCreate(many[1..], [], out _, out _));
        Assert.False(RequestMembers.TryCreate(many, [], out _, out _));
        Assert.False(RequestMembers.TryCreate([new("\ud800", "1")], [], out _, out _));
        Assert.False(RequestMembers.TryCreate([new("a", "1"), new("A", "2")], [], out _, out _));
    }

    [Fact]
    public void Watching_for_members_takes_no_memory_for_names_that_are_others()
    {
        var scanner = new RequestScanner(watched: WatchedMembers.Of([s_members]));
        scanner.Scan("{\"aa\":1"u8);

        Assert.InRange(
            Allocations.OfARound(() =>
            {
                for (var i = 0; i < 1000; i++)
                    scanner.Scan(",\"temperatures\":{\"temperature\":[1,2]},\"mmm\":true,\"\xC5\xBF\":\"x\""u8);
            }),
            0,
            1024);
    }

    private static RequestMembers Members(IReadOnlyList<RequestMember> body, IReadOnlyList<RequestMember> defaults)
    {
        Assert.True(RequestMembers.TryCreate(body, defaults, out var members, out var problem), problem);
        return members;
    }
}
