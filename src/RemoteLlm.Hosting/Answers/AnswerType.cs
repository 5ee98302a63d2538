namespace RemoteLlm.Hosting.Answers;

/// <summary>What kind of body an answer has.</summary>
public static class AnswerType
{
    /// <summary>True for a stream of server-sent events that can be read as it is. The answer's own type decides, never what the client said it accepts.</summary>
    public static bool IsEventStream(HttpResponseMessage answer) =>
        !answer.Content.Headers.NonValidated.Contains("Content-Encoding")
        && answer.Content.Headers.NonValidated.TryGetValues("Content-Type", out var values) && values.ToString().StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase);
}
