using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Protocol.Dialects.Usage;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Connector.Relay;

/// <summary>Answers <c>count_tokens</c> for a server that cannot count: an estimate, marked as one in a header and in the body.</summary>
internal static class TokenCount
{
    public static async Task<ForwardOutcome> AnswerAsync(HttpContext context, HeldBody body)
    {
        var estimate = new PromptEstimate();
        await body.ReadHeldAsync(piece => estimate.Observe(piece.Span), context.RequestAborted);
        context.Response.ContentType = ApiErrorWriter.ContentType;
        context.Response.Headers[TunnelHeaders.Estimated] = "true";
        var answer = string.Create(CultureInfo.InvariantCulture, $"{{\"input_tokens\":{estimate.Tokens},\"estimated\":true}}");
        await context.Response.BodyWriter.WriteAsync(Encoding.ASCII.GetBytes(answer), context.RequestAborted);
        return ForwardOutcome.Done;
    }
}
