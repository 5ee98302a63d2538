using System.Buffers;
using System.Text.Json;
using RemoteLlm.Protocol.Dialects;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Protocol.Dialects.Requests;

namespace RemoteLlm.Protocol.Tests.Dialects.Errors;

public sealed class ApiErrorTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(1234.5);

    private static readonly ApiError[] All =
    [
        ApiErrors.InvalidBody(new RequestFault(RequestFaultKind.InvalidJson, 5, 1, "unexpected '}'")),
        ApiErrors.InvalidBody(new RequestFault(RequestFaultKind.InvalidModel, 5, 1, "\"model\" must be a string.")),
        ApiErrors.MissingModel(), ApiErrors.RequestTooLarge(50 << 20), ApiErrors.RequestHeadersTooLarge(16_384),
        ApiErrors.MissingApiKey(), ApiErrors.InvalidApiKey(), ApiErrors.KeyBlocked(), ApiErrors.KeyExpired(DateTimeOffset.UnixEpoch),
        ApiErrors.ModelNotAllowed("gpt-4"), ApiErrors.ModelNotFound("gpt-4", []), ApiErrors.EndpointNotServed("GET", "/v2"),
        ApiErrors.MethodNotAllowed("GET", "/v1/embeddings", "POST"), ApiErrors.RateLimitExceeded(60, Soon), ApiErrors.UpstreamError(),
        ApiErrors.MissingQuery(), ApiErrors.InvalidQuery(), ApiErrors.MissingDocuments(), ApiErrors.InvalidDocuments("documents"), ApiErrors.InvalidDocument("texts", 3),
        ApiErrors.TooManyDocuments("documents", 10_000), ApiErrors.InvalidTopN("top_n"), ApiErrors.InvalidReturnDocuments("return_text"),
        ApiErrors.ConnectorOffline(Soon), ApiErrors.QueueFull(Soon), ApiErrors.UpstreamTimeout(Soon), ApiErrors.StreamInterrupted(), ApiErrors.Internal(),
    ];

    public static TheoryData<string> Codes => [.. All.Select(e => e.Code).Distinct()];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_body_is_json_with_all_four_keys(string code)
    {
        foreach (var error in All.Where(e => e.Code == code))
        {
            using var body = Body(error);
            var member = Assert.Single(body.RootElement.EnumerateObject());
            Assert.Equal("error", member.Name);
            Assert.Equal(["message", "type", "param", "code"], member.Value.EnumerateObject().Select(p => p.Name));
            Assert.Equal(error.Code, member.Value.GetProperty("code").GetString());
            Assert.Equal(error.Param, member.Value.GetProperty("param").GetString());
            Assert.EndsWith(".", error.Message);
        }
    }

    [Theory]
    [InlineData("lama3.2", "llama3.2")]
    [InlineData("LLAMA3.2", "llama3.2")]
    [InlineData("qwen2.5", "qwen2.5:7b")]
    [InlineData("qwen2.5:7b-instruct", "qwen2.5:7b")]
    [InlineData("gpt-4", null)]
    public void Model_not_found_names_what_was_meant(string wanted, string? meant)
    {
        var message = ApiErrors.ModelNotFound(wanted, ["llama3.2", "qwen2.5:7b", "nomic-embed-text"]).Message;
        Assert.Equal(meant is not null, message.Contains($"Did you mean '{meant}'", StringComparison.Ordinal));
        Assert.DoesNotContain("nomic", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Model_not_found_stays_short_whatever_the_client_and_the_servers_say()
    {
        var known = Enumerable.Range(0, 100_000).Select(i => new string('m', 120) + i);
        Assert.InRange(ApiErrors.ModelNotFound(new string('m', 119), known).Message.Length, 1, 600);
        Assert.InRange(ApiErrors.ModelNotFound(new string('m', 100_000), known).Message.Length, 1, 600);
    }

    [Fact]
    public void Client_text_cannot_break_out_of_its_line()
    {
        var message = ApiErrors.ModelNotAllowed("a\r\nb\u001b[31m\u2028\ud800").Message;
        Assert.Contains("'a??b?[31m??'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Retry_headers_are_exact_and_never_too_early()
    {
        var headers = ApiErrorHeaders.For(ApiErrors.RateLimitExceeded(60, Soon)).ToDictionary();
        Assert.Equal(("2", "1235"), (headers["retry-after"], headers["retry-after-ms"]));
    }

    [Fact]
    public void Headers_follow_the_status()
    {
        Assert.Equal("Bearer", ApiErrorHeaders.For(ApiErrors.InvalidApiKey()).ToDictionary()["WWW-Authenticate"]);
        Assert.Equal("POST", ApiErrorHeaders.For(ApiErrors.MethodNotAllowed("GET", "/v1/embeddings", "POST")).ToDictionary()["Allow"]);
        Assert.Equal("false", ApiErrorHeaders.For(ApiErrors.Internal() with { ShouldRetry = false }).ToDictionary()["x-should-retry"]);
        Assert.Empty(ApiErrorHeaders.For(ApiErrors.UpstreamError()));
    }

    [Fact]
    public void Limits_are_said_to_be_those_of_all_keys_of_a_user()
    {
        foreach (var error in new[] { ApiErrors.RateLimitExceeded(60, Soon), ApiErrors.TokenRateExceeded(100, Soon), ApiErrors.ConcurrencyLimit(4, Soon), ApiErrors.InsufficientQuota("tokens per day", DateTimeOffset.UnixEpoch) })
            Assert.Contains("all your keys", error.Message, StringComparison.Ordinal);
    }

    private static JsonDocument Body(ApiError error)
    {
        var output = new ArrayBufferWriter<byte>();
        ApiErrorWriter.Write(output, Dialect.OpenAi, error, "req-1");
        return JsonDocument.Parse(output.WrittenMemory);
    }
}
