using RemoteLlm.Protocol.Dialects.Streams;

namespace RemoteLlm.Broker.OpenApi;

/// <summary>What to say of a stream.</summary>
internal static class StreamWords
{
    public static string ContentType(StreamFormat format) =>
        format is StreamFormat.ChatLines or StreamFormat.GenerateLines or StreamFormat.ProgressLines ? "application/x-ndjson" : "text/event-stream";

    /// <summary>How its whole end is known. An end without that sign is none.</summary>
    public static string End(StreamFormat format) => format switch
    {
        StreamFormat.ChatEvents => "Server-sent events, ended by data: [DONE].",
        StreamFormat.ResponseEvents => "Server-sent events, ended by response.completed, response.incomplete or response.failed.",
        StreamFormat.MessageEvents => "Server-sent events, ended by message_stop.",
        StreamFormat.OtherEvents => "Server-sent events.",
        StreamFormat.ChatLines or StreamFormat.GenerateLines => "One JSON object a line; the last has \"done\": true.",
        StreamFormat.ProgressLines => "One JSON object a line; the last has \"status\": \"success\".",
        _ => "",
    };
}
