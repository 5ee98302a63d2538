using System.Globalization;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Hosting.Answers;

namespace RemoteLlm.Broker.Api;

/// <summary>The headers that every answer of the API has, whoever speaks in it.</summary>
internal static class AnswerHeaders
{
    /// <summary>How long the request has taken so far, milliseconds.</summary>
    public const string ProcessingTime = "openai-processing-ms";

    /// <summary>Sets them; to be called last before the answer begins.</summary>
    public static void Write(HttpResponse response, Exchange exchange, TimeProvider time)
    {
        RequestLabel.Write(response.Headers, exchange.Endpoint.Dialect, exchange.Label);
        response.Headers[ProcessingTime] = ((long)time.GetElapsedTime(exchange.Started).TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
    }
}
