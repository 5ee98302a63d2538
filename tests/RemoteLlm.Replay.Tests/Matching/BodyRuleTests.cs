using System.Text;
using RemoteLlm.Replay.Cassettes;
using RemoteLlm.Replay.Matching;

namespace RemoteLlm.Replay.Tests.Matching;

public sealed class BodyRuleTests
{
    [Theory]
    [InlineData("{ model: m }", """{"model":"m","temperature":1}""", true)]
    [InlineData("{ model: m }", """{"model":"M"}""", false)]
    [InlineData("{ model: m }", """{}""", false)]
    [InlineData("{ model: m }", """[]""", false)]
    [InlineData("{ model: m }", "not json", false)]
    [InlineData("{ n: 1 }", """{"n":1.0}""", true)]
    [InlineData("{ n: 1 }", """{"n":"1"}""", false)]
    [InlineData("{ n: '1' }", """{"n":"1"}""", true)]
    [InlineData("{ n: '1' }", """{"n":1}""", false)]
    [InlineData("{ stream: true }", """{"stream":true}""", true)]
    [InlineData("{ stream: true }", """{}""", false)]
    [InlineData("{ stream: false }", """{"stream":false}""", true)]
    [InlineData("{ stream: false }", """{"stream":null}""", true)]
    [InlineData("{ stream: false }", """{}""", true)]
    [InlineData("{ stream: false }", """{"stream":true}""", false)]
    [InlineData("{ tools: !any }", """{"tools":[]}""", true)]
    [InlineData("{ tools: !any }", """{"tools":null}""", false)]
    [InlineData("{ tools: !any }", """{}""", false)]
    [InlineData("{ tools: !absent }", """{"tools":null}""", true)]
    [InlineData("{ tools: null }", """{}""", true)]
    [InlineData("{ tools: !absent }", """{"tools":[]}""", false)]
    [InlineData("{ messages: [ { role: user } ] }", """{"messages":[{"role":"user","content":"hi"}]}""", true)]
    [InlineData("{ messages: [ { role: user } ] }", """{"messages":[{"role":"user"},{"role":"user"}]}""", false)]
    [InlineData("{ messages: !contains hello }", """{"messages":[{"content":[{"text":"oh hello there"}]}]}""", true)]
    [InlineData("{ messages: !contains hello }", """{"messages":[{"hello":"x"}]}""", false)]
    [InlineData("{ x: !sha256 2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881 }", """{"x":"x"}""", true)]
    [InlineData("{ x: !sha256 2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881 }", """{"x":"y"}""", false)]
    [InlineData("'exact'", "exact", true)]
    [InlineData("'exact'", "exact ", false)]
    [InlineData("''", "", true)]
    [InlineData("''", "x", false)]
    public void Compare_Body_MatchesAsTheRuleSays(string rule, string body, bool matches) =>
        Assert.Equal(matches, Matcher(rule).Compare(Request(body)).Count == 0);

    [Theory]
    [InlineData("/api/chat", "{ stream: true }", "{}", true)]
    [InlineData("/api/chat", "{ stream: true }", """{"stream":null}""", true)]
    [InlineData("/api/chat", "{ stream: true }", """{"stream":false}""", false)]
    [InlineData("/api/chat", "{ stream: false }", "{}", false)]
    [InlineData("/api/chat", "{ stream: false }", """{"stream":false}""", true)]
    [InlineData("/api/chat", "{ raw: false }", "{}", true)]
    [InlineData("/api/embed", "{ stream: true }", "{}", false)]
    public void Compare_StreamOnAPathOfOllama_StandsForTrueWhereItIsAbsent(string path, string rule, string body, bool matches) =>
        Assert.Equal(matches, Matcher(rule, path).Compare(new IncomingRequest("POST", path, [], Encoding.UTF8.GetBytes(body))).Count == 0);

    [Fact]
    public void Compare_SeveralDifferences_NamesEachPlace()
    {
        var found = Matcher("{ model: m, messages: [ { role: user } ], tools: !any }").Compare(Request("""{"model":"n","messages":[{"role":"system"}]}"""));

        Assert.Equal(
            ["model: wants \"m\", got \"n\"", "messages[0].role: wants \"user\", got \"system\"", "tools: wants anything, got nothing"],
            found.Select(mismatch => mismatch.ToString()));
    }

    [Theory]
    [InlineData("{ model: m }", "{ model: m, stream: true }")]
    [InlineData("{ model: m, messages: !any }", "{ model: m, messages: !contains x }")]
    [InlineData("{ model: m, messages: !any }", "{ model: m, messages: [ { role: user } ] }")]
    [InlineData("{ model: m, stream: true }", "'exact'")]
    public void Weight_OfTheMoreSpecificRule_IsHigher(string general, string special) =>
        Assert.True(Matcher(general).Weight < Matcher(special).Weight);

    private static RequestMatcher Matcher(string body, string path = "/") =>
        CassetteReader.Read("c", $"source: s\nrequest: {{ method: POST, path: {path}, body: {body} }}\nresponse: {{ body: x }}").Request;

    private static IncomingRequest Request(string body) => new("POST", "/", [], Encoding.UTF8.GetBytes(body));
}
