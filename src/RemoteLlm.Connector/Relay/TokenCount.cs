using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Connector.Relay;

/// <summary>Answers <c>count_tokens</c> for a server that has no such endpoint: by its tokenizer, else by an estimate, marked as one in a header and in the body.</summary>
internal static class TokenCount
{
    public static async Task<ForwardOutcome> AnswerAsync(HttpContext context, long tokens, bool isEstimate)
    {
        context.Response.ContentType = ApiErrorWriter.ContentType;
        if (isEstimate)
            context.Response.Headers[TunnelHeaders.Estimated] = "true";
        var answer = string.Create(CultureInfo.InvariantCulture, $"{{\"input_tokens\":{tokens}{(isEstimate ? ",\"estimated\":true" : "")}}}");
        await context.Response.BodyWriter.WriteAsync(Encoding.ASCII.GetBytes(answer), context.RequestAborted);
        return ForwardOutcome.Done;
    }
}
