namespace RemoteLlm.Protocol.Dialects.Streams;

/// <summary>How an endpoint streams: the framing, what a heartbeat is, how an error is told in it, and by what its end is known.</summary>
public enum StreamFormat
{
    /// <summary>It does not stream.</summary>
    None,

    /// <summary>Server-sent events with chat or completion chunks, ended by <c>data: [DONE]</c>.</summary>
    ChatEvents,

    /// <summary>Server-sent events of OpenAI's Responses API, ended by <c>response.completed</c>, <c>.incomplete</c> or <c>.failed</c>.</summary>
    ResponseEvents,

    /// <summary>Server-sent events of Anthropic's Messages API, ended by <c>message_stop</c>.</summary>
    MessageEvents,

    /// <summary>Server-sent events whose end has no sign of its own: images, speech, transcriptions.</summary>
    OtherEvents,

    /// <summary>One JSON object a line, of Ollama's chat; the last has <c>"done":true</c>.</summary>
    ChatLines,

    /// <summary>One JSON object a line, of Ollama's completion; the last has <c>"done":true</c>.</summary>
    GenerateLines,

    /// <summary>One JSON object a line that tells how far a pull, push or create is; the last has <c>"status":"success"</c>.</summary>
    ProgressLines,
}
