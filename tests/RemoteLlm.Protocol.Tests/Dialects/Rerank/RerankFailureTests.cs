using System.Text;
using RemoteLlm.Protocol.Dialects.Rerank;

namespace RemoteLlm.Protocol.Tests.Dialects.Rerank;

public sealed class RerankFailureTests
{
    [Theory]
    [InlineData(422, "Failed to deserialize the JSON body into the target type: missing field `texts` at line 1 column 53")]
    [InlineData(422, """{"error":"Json deserialize error: missing field `texts`","error_type":"Validation"}""")]
    [InlineData(422, """{"detail":[{"type":"missing","loc":["body","texts"],"msg":"Field required","input":{"query":"q","documents":["a"]}}]}""")]
    [InlineData(422, """{"detail":[{"loc":["body","texts"],"msg":"field required","type":"value_error.missing"}]}""")]
    [InlineData(400, """{"error":"'texts' is a required property"}""")]
    [InlineData(400, "Missing: texts")]
    public void A_server_that_misses_texts_wants_the_other_form(int status, string body) =>
        Assert.True(RerankFailure.WantsTexts(status, Encoding.UTF8.GetBytes(body)));

    [Theory]
    [InlineData(500, "missing field `texts`")]
    [InlineData(413, "missing field `texts`")]
    [InlineData(200, "missing field `texts`")]
    [InlineData(422, "missing field `query`")]
    [InlineData(422, "missing field `contexts`")]
    [InlineData(422, "missing field `texts_2`")]
    [InlineData(400, """{"error":{"message":"\"documents\" must be provided","type":"invalid_request_error","param":null,"code":400}}""")]
    [InlineData(422, "texts is too long")]
    [InlineData(422, "")]
    [InlineData(422, "texts")]
    public void Any_other_refusal_is_one(int status, string body) =>
        Assert.False(RerankFailure.WantsTexts(status, Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void A_request_that_is_repeated_far_behind_the_complaint_is_not_searched() =>
        Assert.False(RerankFailure.WantsTexts(422, Encoding.UTF8.GetBytes(new string(' ', 1 << 20) + "missing field `texts`")));
}
