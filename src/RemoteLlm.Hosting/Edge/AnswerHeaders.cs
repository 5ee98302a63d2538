using System.Globalization;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Hosting.Answers;

namespace RemoteLlm.Hosting.Edge;

/// <summary>The headers that answers of an edge have, whoever speaks in them.</summary>
public static class AnswerHeaders
{
    /// <summary>How long the request has taken so far, milliseconds.</summary>
    public const string ProcessingTime = "openai-processing-ms";

    /// <summary>Sets those that every answer has; to be called last before the answer begins.</summary>
    public static void Write(HttpResponse response, EdgeCall call, TimeProvider time)
    {
        RequestLabel.Write(response.Headers, call.Endpoint.Dialect, call.Label);
        response.Headers[ProcessingTime] = ((long)time.GetElapsedTime(call.Started).TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Sets those of a stream: nobody on the way may hold it back.</summary>
    public static void WriteStream(HttpResponse response)
    {
        response.Headers.CacheControl = "no-cache";
        response.Headers["X-Accel-Buffering"] = "no";
    }
}
