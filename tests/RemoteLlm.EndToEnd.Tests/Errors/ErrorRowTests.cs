using System.Net.Http.Headers;
using System.Text.Json;
using RemoteLlm.Broker.OpenApi;
using RemoteLlm.Protocol.Dialects;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.EndToEnd.Tests.Errors;

/// <summary>Every error in every dialect, as it goes over the line: status, headers and body to the last member.</summary>
public sealed class ErrorRowTests(ErrorStage stage) : IClassFixture<ErrorStage>
{
    public static TheoryData<Dialect, int> Everything
    {
        get
        {
            var data = new TheoryData<Dialect, int>();
            foreach (var dialect in Enum.GetValues<Dialect>())
            {
                for (var number = 0; number < ErrorCatalogue.All.Count; number++)
                    data.Add(dialect, number);
            }

            return data;
        }
    }

    [Fact]
    public void Table_and_catalogue_have_the_same_errors() => Assert.Equal(
        ErrorRows.All.Select(row => (row.Status, row.Code)).Order(),
        ErrorCatalogue.All.Select(known => (known.Sample.Status, known.Sample.Code)).Distinct().Order());

    [Theory]
    [MemberData(nameof(Everything))]
    public async Task Error_is_told_in_the_clients_language(Dialect dialect, int number)
    {
        var error = ErrorCatalogue.All[number].Sample;
        var row = ErrorRows.Of(error.Status, error.Code);

        using var answer = await Ask(dialect, number, "always");

        Assert.Equal(dialect == Dialect.Anthropic ? row.AnthropicStatus : row.Status, (int)answer.StatusCode);
        Assert.Equal(new MediaTypeHeaderValue("application/json"), answer.Content.Headers.ContentType);
        Assert.Equal(
            (ErrorStage.RequestId, dialect == Dialect.Anthropic ? ErrorStage.RequestId : ""),
            (answer.Header("x-request-id"), answer.Header("request-id")));
        Assert.Equal(row.Waits ? ("5", "5000") : ("", ""), (answer.Header("retry-after"), answer.Header("retry-after-ms")));
        Assert.Equal(row.Final ? "false" : "", answer.Header("x-should-retry"));
        Assert.Equal(row.Status == 401 ? "Bearer" : "", answer.Header("WWW-Authenticate"));
        Assert.Equal(row.Allow ?? "", answer.Header("Allow"));
        AssertBody(await answer.Json(), dialect, row, error);
    }

    [Fact]
    public async Task Wait_is_exact_in_milliseconds_and_rounded_up_in_seconds()
    {
        var number = ErrorCatalogue.All.ToList().FindIndex(known => known.Sample.Code == "rate_limit_exceeded");

        using var refused = await Ask(Dialect.OpenAi, number, "once");
        using var served = await Ask(Dialect.OpenAi, number, "once");

        Assert.Equal(("6", "5433"), (refused.Header("retry-after"), refused.Header("retry-after-ms")));
        Assert.Equal((200, ""), ((int)served.StatusCode, served.Header("retry-after")));
    }

    private static void AssertBody(JsonElement body, Dialect dialect, ErrorRow row, ApiError error)
    {
        Assert.NotEmpty(error.Message);
        switch (dialect)
        {
            case Dialect.OpenAi:
                Assert.Equal(["error"], Names(body));
                var told = body.GetProperty("error");
                Assert.Equal(["message", "type", "param", "code"], Names(told));
                Assert.Equal((error.Message, row.Type, row.Param, row.Code), (Text(told, "message"), Text(told, "type"), Text(told, "param"), Text(told, "code")));
                break;
            case Dialect.Anthropic:
                Assert.Equal(["type", "error", "request_id"], Names(body));
                Assert.Equal(("error", ErrorStage.RequestId), (Text(body, "type"), Text(body, "request_id")));
                var inner = body.GetProperty("error");
                Assert.Equal(["type", "message"], Names(inner));
                Assert.Equal((row.AnthropicType, error.Message), (Text(inner, "type"), Text(inner, "message")));
                break;
            default:
                Assert.Equal(["error"], Names(body));
                Assert.Equal(error.Message, Text(body, "error"));
                break;
        }
    }

    private static IEnumerable<string> Names(JsonElement json) => json.EnumerateObject().Select(member => member.Name);

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private async Task<HttpResponseMessage> Ask(Dialect dialect, int number, string visit)
    {
        using var client = TestClient.Create(stage.Url, key: null);
        return await client.Post($"{dialect}/{number}/{visit}/v1/chat/completions", TestClient.ChatBody());
    }
}
